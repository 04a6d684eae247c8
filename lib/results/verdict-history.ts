import type { VerdictKind } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';
import { NoVerdictHistoryError } from './errors.ts';

/** One stored verdict. What it was not stored with is undefined. */
export interface RecordedVerdict {
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  /** Unix seconds. */
  readonly timeSeconds: number;
  readonly kind: VerdictKind;
  readonly anomalous: boolean;
  readonly value: number | undefined;
  readonly expected: number | undefined;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly score: number | undefined;
  /** 0 to 1. */
  readonly confidence: number | undefined;
}

/** The verdicts of one metric in a span of time. */
export interface VerdictWindow {
  readonly metric: string;
  /** Unix seconds, included. */
  readonly startSeconds: number;
  /** Unix seconds, not included. */
  readonly endSeconds: number;
}

/** Looks up stored verdicts. */
export interface VerdictHistory {
  /**
   * The verdicts of a window as they arrive: by series or by time, as the store keeps them.
   *
   * @throws ResultsUnavailableError when the store cannot be read; the message says what to fix.
   */
  verdicts(window: VerdictWindow): AsyncIterable<RecordedVerdict>;
}

/** The history of results that are not stored, or can't be read back. */
export function noVerdictHistory(kind: string): VerdictHistory {
  return {
    verdicts: () => {
      throw new NoVerdictHistoryError(kind);
    },
  };
}
