import type { ComponentMode } from './options.ts';

/** The version of the record below; records of unknown versions are refused. */
export const MODEL_VERSION = 1;

/** A clock in local time: from `transitionsSeconds[i]` on, local time is UTC plus `offsetsSeconds[i]`. */
export interface LocalClock {
  readonly timeZone: string;
  /** Unix times, ascending; the first offset also holds before the first. */
  readonly transitionsSeconds: Float64Array;
  readonly offsetsSeconds: Float64Array;
}

/** One fitted seasonality: sum over n of c[2n-2] sin(2 pi n t / period) + c[2n-1] cos(2 pi n t / period). */
export interface FittedSeasonality {
  readonly name: string;
  readonly periodSeconds: number;
  readonly mode: ComponentMode;
  readonly condition: string | undefined;
  /** Length 2 x order, scaled; sine before cosine. */
  readonly coefficients: Float64Array;
}

/** One holiday of the history, with the times at which it applies. */
export interface FittedHoliday {
  readonly name: string;
  readonly mode: ComponentMode;
  readonly coefficient: number;
  /** [start, end, start, end, ...], Unix seconds, ascending, ends excluded. */
  readonly windowsSeconds: Float64Array;
}

/** One regressor: coefficient x (value - mean) / deviation. */
export interface FittedRegressor {
  readonly name: string;
  readonly mode: ComponentMode;
  readonly coefficient: number;
  readonly mean: number;
  readonly deviation: number;
}

/** The quality of the history and the fit. */
export interface FitQuality {
  readonly samples: number;
  readonly stepSeconds: number;
  /** Samples over the steps that the history spans; 0 to 1. */
  readonly completeness: number;
  /**
   * 1 - mean|x - trend - seasonal| / mean|x - trend| in sample: the fraction that the seasonal part explains;
   * <= 1.
   */
  readonly skill: number;
  /** Violation of the optimality conditions as a fraction of their scale; NaN when Stan found the mode. */
  readonly kktResidual: number;
  readonly method: 'exact' | 'stan' | 'constant';
}

/** The half-width of the band as a multiple of the standard deviation, at the horizons of trend-uncertainty.ts. */
export interface BandTable {
  /** Fraction of samples inside. */
  readonly level: number;
  /** Natural logarithms; one per horizon. */
  readonly logMultiples: Float64Array;
}

/**
 * A complete fitted Prophet model: a forecast needs nothing else. Slopes, offsets, coefficients and sigma are
 * in scaled units: value = floor + scale x scaled, time = startSeconds + spanSeconds x scaled.
 */
export interface ProphetModel {
  readonly kind: 'prophet';
  readonly growth: 'linear' | 'flat' | 'logistic';
  readonly startSeconds: number;
  readonly spanSeconds: number;
  readonly floor: number;
  readonly scale: number;
  readonly slope: number;
  readonly offset: number;
  /** Scaled times of the actual changes of slope. */
  readonly changepoints: Float64Array;
  readonly slopeChanges: Float64Array;
  /** Rate of future changes of slope per unit of scaled time: the potential changepoints of the history. */
  readonly changepointRate: number;
  /**
   * Mean magnitude of a change of slope over all potential changepoints, by its effect on the scaled trend at
   * the end.
   */
  readonly slopeChangeScale: number;
  /** Scaled capacity at the end of the history; only used for logistic growth. */
  readonly capacity: number;
  /** Noise standard deviation, scaled; > 0. */
  readonly sigma: number;
  readonly seasonalities: readonly FittedSeasonality[];
  readonly holidays: readonly FittedHoliday[];
  readonly regressors: readonly FittedRegressor[];
  readonly clock: LocalClock | undefined;
  readonly band: BandTable;
  readonly quality: FitQuality;
}

/** Whether a stored model of unknown type is a Prophet model. */
export function isProphetModel(model: unknown): model is ProphetModel {
  return typeof model === 'object' && model !== null && 'kind' in model && model.kind === 'prophet';
}
