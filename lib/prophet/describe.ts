import { toUnixSeconds } from './forecast-times.ts';
import { fourierSum } from './fourier-sum.ts';
import type { FitQuality, ProphetModel } from './model.ts';
import type { ComponentMode } from './options.ts';
import { trendAt } from './trend.ts';

const DAY_SECONDS = 86_400;

/** Points per period at which a seasonality is evaluated; a harmonic of order 50 still has 20 of them. */
const SHAPE_POINTS = 1000;

/** A change of slope in the fit. */
interface ChangepointDescription {
  /** Unix time. */
  readonly timeSeconds: number;
  /** Change of slope in units of the value a day; for logistic growth the change of its rate a day. */
  readonly slopeChangePerDay: number;
}

interface SeasonalityDescription {
  readonly name: string;
  readonly periodSeconds: number;
  readonly harmonics: number;
  readonly mode: ComponentMode;
  /**
   * Half the distance from trough to peak: in the unit of the value if additive, as a fraction of the trend
   * if multiplicative.
   */
  readonly amplitude: number;
  /**
   * Times of peak and trough within the period, in seconds after a multiple of the period since 1970, local.
   */
  readonly peakSeconds: number;
  readonly troughSeconds: number;
}

/** The properties of a model for a reader, in the units of the series. */
export interface ModelDescription {
  readonly trend: {
    readonly growth: ProphetModel['growth'];
    /** At the first and the last sample of the history. */
    readonly atStart: number;
    readonly atEnd: number;
    /** Slope at the end of the history, in units of the value a day. */
    readonly slopePerDay: number;
    readonly startSeconds: number;
    readonly endSeconds: number;
  };
  /** Ascending in time. */
  readonly changepoints: readonly ChangepointDescription[];
  readonly seasonalities: readonly SeasonalityDescription[];
  /** Effect in the unit of the value if additive, as a fraction of the trend if multiplicative. */
  readonly holidays: readonly {
    readonly name: string;
    readonly mode: ComponentMode;
    readonly effect: number;
  }[];
  /** Effect of one unit of the regressor. */
  readonly regressors: readonly {
    readonly name: string;
    readonly mode: ComponentMode;
    readonly effect: number;
  }[];
  /** Noise standard deviation in the unit of the value. */
  readonly sigma: number;
  readonly bandLevel: number;
  readonly timeZone: string;
  readonly quality: FitQuality;
}

/** Describes a model by arithmetic on its parameters. */
export function describeProphet(model: ProphetModel): ModelDescription {
  const { scale, spanSeconds, clock } = model;
  const toUnix = (localSeconds: number): number => toUnixSeconds(clock, localSeconds);
  const perDay = (scale / spanSeconds) * DAY_SECONDS;
  const ratePerDay = model.growth === 'logistic' ? DAY_SECONDS / spanSeconds : perDay;
  const oneDay = DAY_SECONDS / spanSeconds;
  const probes = Float64Array.of(0, 1 - oneDay / 1000, 1);
  const trend = trendAt(model, probes, new Float64Array(3).fill(model.capacity));
  return {
    trend: {
      growth: model.growth,
      atStart: model.floor + scale * trend[0]!,
      atEnd: model.floor + scale * trend[2]!,
      slopePerDay: scale * (trend[2]! - trend[1]!) * 1000,
      startSeconds: toUnix(model.startSeconds),
      endSeconds: toUnix(model.startSeconds + spanSeconds),
    },
    changepoints: Array.from(model.changepoints, (time, index) => ({
      timeSeconds: toUnix(model.startSeconds + spanSeconds * time),
      slopeChangePerDay: model.slopeChanges[index]! * ratePerDay,
    })),
    seasonalities: model.seasonalities.map(({ name, periodSeconds, mode, coefficients }) => ({
      name,
      periodSeconds,
      harmonics: coefficients.length / 2,
      mode,
      ...shapeOf(coefficients, periodSeconds, mode === 'additive' ? scale : 1),
    })),
    holidays: model.holidays.map(({ name, mode, coefficient }) => ({
      name,
      mode,
      effect: coefficient * (mode === 'additive' ? scale : 1),
    })),
    regressors: model.regressors.map(({ name, mode, coefficient, deviation }) => ({
      name,
      mode,
      effect: (coefficient * (mode === 'additive' ? scale : 1)) / deviation,
    })),
    sigma: model.sigma * scale,
    bandLevel: model.band.level,
    timeZone: clock?.timeZone ?? 'UTC',
    quality: model.quality,
  };
}

function shapeOf(
  coefficients: Float64Array,
  periodSeconds: number,
  unit: number,
): Pick<SeasonalityDescription, 'amplitude' | 'peakSeconds' | 'troughSeconds'> {
  let peak = 0;
  let trough = 0;
  const shape = new Float64Array(SHAPE_POINTS);
  for (let point = 0; point < SHAPE_POINTS; point += 1) {
    shape[point] = fourierSum(coefficients, point / SHAPE_POINTS);
    if (shape[point]! > shape[peak]!) peak = point;
    if (shape[point]! < shape[trough]!) trough = point;
  }
  return {
    amplitude: (unit * (shape[peak]! - shape[trough]!)) / 2,
    peakSeconds: (peak / SHAPE_POINTS) * periodSeconds,
    troughSeconds: (trough / SHAPE_POINTS) * periodSeconds,
  };
}
