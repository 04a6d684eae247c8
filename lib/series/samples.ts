/**
 * The samples of one series, column-wise: `timesSeconds[i]` is the Unix time (seconds, ascending, no duplicates) at
 * which `values[i]` was observed. A missing sample is absent; a value may be NaN only before cleaning.
 */
export interface Samples {
  readonly timesSeconds: Float64Array;
  readonly values: Float64Array;
}

/** One observation of one series. */
export interface Sample {
  /** Unix time in seconds. */
  readonly timeSeconds: number;
  readonly value: number;
}
