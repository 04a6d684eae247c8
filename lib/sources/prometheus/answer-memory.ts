import { getHeapStatistics } from 'node:v8';

/** The share of the heap that answers may take while they are read. */
const SHARE_OF_HEAP = 0.25;

/** An answer was given up for the memory that it and the others take together. */
export class AnswerMemoryError extends Error {
  override readonly name = 'AnswerMemoryError';
}

/** What one answer takes while it is read. */
export interface AnswerAccount extends Disposable {
  /** Says how many bytes it takes now. @throws AnswerMemoryError when it is the one to be given up. */
  readonly holds: (bytes: number) => void;
}

/**
 * One bound for all answers that are read at the same time. When they exceed it together, the largest is given up and
 * the others go on: a query that returns too much costs itself.
 */
export class AnswerMemory {
  readonly #maximumBytes: number;
  readonly #held = new Map<object, number>();
  readonly #givenUp = new Set<object>();
  #total = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** In proportion to the memory that the process may take. */
  static ofThisProcess(): AnswerMemory {
    return new AnswerMemory(getHeapStatistics().heap_size_limit * SHARE_OF_HEAP);
  }

  /** For one answer, from its first byte until it is disposed. */
  open(): AnswerAccount {
    const key = {};
    this.#held.set(key, 0);
    return {
      holds: (bytes) => {
        this.#total += bytes - (this.#held.get(key) ?? 0);
        this.#held.set(key, bytes);
        if (this.#total > this.#maximumBytes) this.#giveUpLargest();
        if (this.#givenUp.has(key)) throw new AnswerMemoryError(this.#reason(bytes));
      },
      [Symbol.dispose]: () => {
        this.#total -= this.#held.get(key) ?? 0;
        this.#held.delete(key);
        this.#givenUp.delete(key);
      },
    };
  }

  #giveUpLargest(): void {
    let largest: object | undefined;
    for (const [key, bytes] of this.#held)
      if (largest === undefined || bytes > (this.#held.get(largest) ?? 0)) largest = key;
    if (largest !== undefined) this.#givenUp.add(largest);
  }

  #reason(bytes: number): string {
    const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`;
    return `it takes ${megabytes(bytes)} of the ${megabytes(this.#maximumBytes)} that all answers may take at once`;
  }
}
