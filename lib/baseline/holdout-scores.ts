/** How well a model's band fits held-out samples. */
export interface HoldoutScores {
  readonly samples: number;
  /** Fraction of the samples inside the band; 0 to 1. */
  readonly coverage: number;
  /** Mean interval score in the unit of the value; smaller is better. */
  readonly intervalScore: number;
  /** Mean absolute error of the expected value. */
  readonly error: number;
  /** The alerts that the detector would have raised with this model; undefined when it was not replayed. */
  readonly falseAlertsPerWeek?: number | undefined;
}
