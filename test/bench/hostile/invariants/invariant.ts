import type { Background } from '../healthy-background.ts';
import type { Observed } from '../observed.ts';
import type { Allowances } from './allowances.ts';

/** What is compared after a world has ended. */
export interface Comparison {
  readonly background: Background;
  readonly undisturbed: Observed;
  readonly disturbed: Observed;
  readonly allowances: Allowances;
  /** Up to this time everything has to be there by the end, Unix seconds. */
  readonly horizonSeconds: number;
}

/** Something that holds in every world, whatever goes wrong. */
export interface Invariant {
  readonly name: string;
  /** @returns the violations, each in a sentence. */
  readonly violations: (comparison: Comparison) => Iterable<string>;
}
