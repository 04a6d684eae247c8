/** A figure with its confidence interval. */
export interface Estimate {
  /** Null when there was nothing to measure. */
  readonly value: number | null;
  /** Bounds of the 95% confidence interval; null with the value. */
  readonly low: number | null;
  readonly high: number | null;
  /** The number of incidents, alerts or stretches of time behind it. */
  readonly units: number;
}

/** The estimate when there was nothing to measure. */
export const noEstimate: Estimate = { value: null, low: null, high: null, units: 0 };
