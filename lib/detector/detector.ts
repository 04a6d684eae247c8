import type { Baseline } from '../series/band.ts';
import type { Sample } from '../series/samples.ts';
import type { Score } from './score.ts';

/** What surrounds one sample when it is scored. */
export interface ScoringContext {
  /** The model's baseline at the sample's time, its band at the model's own interval width; undefined without a model. */
  readonly baseline: Baseline | undefined;
  /** Share of the absolute deviation from the trend that the model's seasonal part explains, at most 1. */
  readonly seasonalSkill: number;
  /** The score from which on a sample is anomalous: -log10(false alerts per week). Only the band depends on it, never a score. */
  readonly threshold: number;
  /** The score may come without its band, which costs more than the rest of it. */
  readonly skipBand?: boolean | undefined;
}

/**
 * An online detector of one series. `step` scores the sample by what was learnt before it, and only then learns it;
 * it is deterministic, O(1) in time and memory, and changes nothing but the state it is given.
 */
export interface Detector<State> {
  /** The name that the configuration uses. */
  readonly name: string;
  /** `policy` hands the scores to the alert policy; `plain` alerts whenever a sample is anomalous after one that was not. */
  readonly alerting: 'policy' | 'plain';
  /** The state of a series of which nothing has been seen; `stepSeconds` is its nominal step. */
  start(stepSeconds: number): State;
  /**
   * The state that a new series of a metric begins with, by what is usual for the metric's other series. A detector without it begins
   * each series alone.
   *
   * @param siblings states of series of the same metric and step; they are not changed.
   * @returns a state without samples; undefined where the siblings say too little.
   */
  newcomer?(siblings: readonly State[]): State | undefined;
  /**
   * Scores one sample, then learns it.
   *
   * @param sample finite and newer than the last one; any other leaves the state as it was.
   * @returns the score, or undefined for a sample that can't be scored (yet): too little history, or no baseline for a
   * detector that lives by it.
   */
  step(state: State, sample: Sample, context: ScoringContext): Score | undefined;
  /**
   * Changes to a new model without a jump: what the state holds relative to the old baseline moves by the difference of
   * the two at the last sample.
   *
   * @param baselineAt the new model's baseline at a Unix time in seconds.
   */
  adoptBaseline(state: State, baselineAt: (timeSeconds: number) => Baseline): void;
  /** The states of many series as plain data (numbers, strings, objects, typed arrays), column-wise. */
  encode(states: readonly State[]): unknown;
  /**
   * The states back from {@link Detector.encode}'s data; each continues bit for bit as the encoded one would have.
   *
   * @throws InvalidDetectorStateError when the data are not such states.
   */
  decode(encoded: unknown): State[];
}
