import type { Sample } from '../series/samples.ts';
import { ColumnReader, type Columns, numberColumn } from './columns.ts';

const FULL_CONFIDENCE_SECONDS = 2 * 86_400;

/** What a detector by the model's interval alone remembers: since when the series has been seen. */
export interface IntervalState {
  readonly stepSeconds: number;
  /** -Infinity before the first sample. */
  firstSeconds: number;
  lastSeconds: number;
}

/** The memory of a series of which nothing has been seen. */
export function startInterval(stepSeconds: number): IntervalState {
  return { stepSeconds, firstSeconds: -Infinity, lastSeconds: -Infinity };
}

/** @returns false, and changes nothing, for a sample that is not finite or not newer than the last one. */
export function takeIn(state: IntervalState, { timeSeconds, value }: Sample): boolean {
  if (!Number.isFinite(value) || timeSeconds <= state.lastSeconds) return false;
  if (state.firstSeconds === -Infinity) state.firstSeconds = timeSeconds;
  state.lastSeconds = timeSeconds;
  return true;
}

/** The age of a series as confidence: 1 from two days on. */
export function confidenceAt(ageSeconds: number): number {
  return Math.min(1, ageSeconds / FULL_CONFIDENCE_SECONDS);
}

export function encodeIntervals(states: readonly IntervalState[]): Columns {
  return {
    stepSeconds: numberColumn(states, (state) => state.stepSeconds),
    firstSeconds: numberColumn(states, (state) => state.firstSeconds),
    lastSeconds: numberColumn(states, (state) => state.lastSeconds),
  };
}

/** @throws InvalidDetectorStateError when the data are not such states. */
export function decodeIntervals(detector: string, encoded: unknown): IntervalState[] {
  const reader = new ColumnReader(detector, encoded);
  const steps = reader.numbers('stepSeconds');
  const first = reader.numbers('firstSeconds', steps.length);
  const last = reader.numbers('lastSeconds', steps.length);
  return Array.from(steps, (stepSeconds, index) => ({
    stepSeconds,
    firstSeconds: first[index]!,
    lastSeconds: last[index]!,
  }));
}
