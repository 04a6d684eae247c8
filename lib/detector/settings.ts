/**
 * The settings a user has over detection; changing one needs neither a retrain nor a new state. Direction and deviation are filters:
 * they act after the score, and the detector learns on as if they were not there.
 */
export interface DetectionSettings {
  /** The false alerts per series and week that the user accepts; > 0. The threshold is -log10 of it. */
  readonly falseAlertsPerWeek: number;
  /** Which way a value must go to matter. */
  readonly direction: 'both' | 'up' | 'down';
  /** A deviation from the expected value smaller than either is never an anomaly. */
  readonly minimumDeviation: {
    /** In the unit of the value; >= 0. */
    readonly absolute: number;
    /** As a share of the level; >= 0. */
    readonly relative: number;
  };
  /** Values outside are impossible: `out-of-domain`, never learnt. */
  readonly domain: { readonly minimum?: number | undefined; readonly maximum?: number | undefined };
  /** An onset needs `hits` anomalous points among the last `window`; 1 <= hits <= window <= 32. */
  readonly persistence: { readonly hits: number; readonly window: number };
  /** At least this long from one alert to the next onset. */
  readonly refractorySeconds: number;
  /** An incident is over after this long below the threshold; never shorter than 5 steps. */
  readonly quietSeconds: number;
}

/** The balanced profile's settings: about one false alert per series and week. */
export const defaultDetectionSettings: DetectionSettings = {
  falseAlertsPerWeek: 1,
  direction: 'both',
  minimumDeviation: { absolute: 0, relative: 0 },
  domain: {},
  persistence: { hits: 1, window: 1 },
  refractorySeconds: 6 * 3600,
  quietSeconds: 1800,
};

/** The score from which on a sample is anomalous, for a budget of false alerts per series and week. */
export function thresholdOf(falseAlertsPerWeek: number): number {
  return -Math.log10(falseAlertsPerWeek);
}
