import { uniformAt } from '../../../lib/series/seeded-noise.ts';

/** Seeded random choices: the same ones for the same seed, in the same order. */
export class Dice {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#drawn += 1;
    return uniformAt(this.#seed, this.#drawn);
  }

  /** A whole number from the least to the most, both included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length - 1)] as Item;
  }

  /** So many different ones, in a random order. */
  some<Item>(items: readonly Item[], count: number): Item[] {
    const left = [...items];
    const chosen: Item[] = [];
    while (chosen.length < count && left.length > 0)
      chosen.push(...left.splice(this.whole(0, left.length - 1), 1));
    return chosen;
  }
}
