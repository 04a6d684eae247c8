/** How far a model's band was from what came, on samples that it had not seen. */
export interface HoldoutScores {
  readonly samples: number;
  /** Share of the samples inside the band; 0 to 1. */
  readonly coverage: number;
  /** Mean interval score in the unit of the value; smaller is better. */
  readonly intervalScore: number;
  /** Mean absolute error of the expected value. */
  readonly error: number;
  /** What the detector would have told with this model; undefined where none watched. */
  readonly falseAlertsPerWeek?: number | undefined;
}
