/** A figure with how far it can be trusted. */
export interface Estimate {
  /** Null when there was nothing to measure it on. */
  readonly value: number | null;
  /** Bounds of the 95% confidence interval; null with the value. */
  readonly low: number | null;
  readonly high: number | null;
  /** What it rests on: incidents, alerts, or stretches of time. */
  readonly units: number;
}

/** The answer where there was nothing to measure. */
export const noEstimate: Estimate = { value: null, low: null, high: null, units: 0 };
