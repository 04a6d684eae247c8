import type { Baseline } from '../series/band.ts';
import type { Sample } from '../series/samples.ts';
import type { Score } from './score.ts';

/** What surrounds one sample when it is scored. */
export interface ScoringContext {
  /** The model's baseline at the sample's time; undefined when the series has no model. */
  readonly baseline: Baseline | undefined;
  /** The score from which on a sample is anomalous: -log10(false alerts per week). Only the band depends on it. */
  readonly threshold: number;
}

/**
 * An online detector of one series. `step` scores the sample by what was learnt before it, and only then learns it;
 * it is deterministic, O(1) in time and memory, and changes nothing but the state it is given.
 */
export interface Detector<State> {
  /** The name that the configuration uses. */
  readonly name: string;
  /** The state of a series of which nothing has been seen; `stepSeconds` is its nominal step. */
  start(stepSeconds: number): State;
  /**
   * Scores one sample, then learns it.
   *
   * @returns the score, or undefined for a sample that can't be scored yet or at all (too little history, not finite,
   * not newer than the last one). Samples that are not finite or not newer leave the state as it was.
   */
  step(state: State, sample: Sample, context: ScoringContext): Score | undefined;
  /** The state as plain data (numbers, strings, arrays, typed arrays) for storage. */
  encode(state: State): unknown;
  /**
   * The state back from {@link Detector.encode}'s data; it continues exactly as the encoded one would have.
   *
   * @throws InvalidDetectorStateError when the data is not such a state.
   */
  decode(encoded: unknown): State;
}
