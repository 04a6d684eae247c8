import { changeObject } from '../../storage/change-object.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { UnknownRunError, UnreadableRunError } from '../errors.ts';
import type { EvaluationRun } from './run.ts';

/** Runs outlive their results: a key of idempotency is remembered as long as the workflow remembers its execution. */
const RUNS = 'runs/evaluate/';
const RESULTS = 'evaluations/';
const FORMAT_VERSION = 1;

/** Evaluations in an object store: of each its state, its result, and its report. */
export class EvaluationRunStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * Keeps a run that begins, unless there is one of its id.
   *
   * @returns the run that is kept: that one, or the one that was there.
   */
  async begin(run: EvaluationRun): Promise<EvaluationRun> {
    try {
      await this.#objects.put(runKey(run.id), bytesOf(run), { kind: 'absent' });
      return run;
    } catch (error) {
      if (!(error instanceof ObjectConflictError)) throw error;
      const known = await this.find(run.id);
      if (known === undefined) throw error;
      return known;
    }
  }

  /**
   * @returns undefined when there is none of that id.
   * @throws UnreadableRunError
   */
  async find(id: string): Promise<EvaluationRun | undefined> {
    const key = runKey(id);
    const stored = await this.#objects.get(key);
    return stored && runOf(key, stored.bytes);
  }

  /**
   * Ends a run; one that has succeeded stays as it is.
   *
   * @returns the run as it is kept.
   * @throws UnknownRunError when there is none of that id.
   * @throws UnreadableRunError
   */
  async end(
    id: string,
    end: Pick<EvaluationRun, 'endedAtSeconds' | 'headline' | 'reason' | 'warnings'> & {
      readonly state: 'succeeded' | 'failed';
    },
  ): Promise<EvaluationRun> {
    const key = runKey(id);
    let ended: EvaluationRun | undefined;
    await changeObject(this.#objects, key, (stored) => {
      if (stored === undefined) throw new UnknownRunError(id);
      const run = runOf(key, stored.bytes);
      ended = run.state === 'succeeded' ? run : { ...run, ...end };
      return bytesOf(ended);
    });
    return ended!;
  }

  /** Keeps what a run found out: for machines, and as a page for people. Repeated, it is replaced. */
  async keepResult(id: string, result: object, report: string): Promise<void> {
    const encoder = new TextEncoder();
    await this.#objects.put(reportKey(id), encoder.encode(report), { kind: 'none' });
    await this.#objects.put(keyOf(id, 'result.json'), encoder.encode(JSON.stringify(result)), {
      kind: 'none',
    });
  }

  /** @returns undefined when the run of that id has none. */
  async result(id: string): Promise<unknown> {
    const stored = await this.#objects.get(keyOf(id, 'result.json'));
    return stored && JSON.parse(new TextDecoder().decode(stored.bytes));
  }
}

/** Where the report of a run lies. */
export function reportKey(id: string): string {
  return keyOf(id, 'report.html');
}

function runKey(id: string): string {
  return `${RUNS}${id}.json`;
}

function keyOf(id: string, file: string): string {
  return `${RESULTS}${id}/${file}`;
}

function bytesOf(run: EvaluationRun): Uint8Array {
  return new TextEncoder().encode(
    `${JSON.stringify({ formatVersion: FORMAT_VERSION, ...run }, undefined, 1)}\n`,
  );
}

function runOf(key: string, bytes: Uint8Array): EvaluationRun {
  let content: { readonly formatVersion?: unknown } & EvaluationRun;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UnreadableRunError(key, 'it is not JSON', { cause: error });
  }
  const { formatVersion, ...run } = content;
  if (formatVersion === FORMAT_VERSION) return run;
  throw new UnreadableRunError(key, `it has format ${String(formatVersion)}, not ${FORMAT_VERSION}`);
}
