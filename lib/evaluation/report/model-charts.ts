import { type BaselineKind, forecasterOf } from '../../baseline/forecasters.ts';
import type { ModelDescription } from '../../prophet/describe.ts';
import { decomposeForecast } from '../../prophet/forecast.ts';
import { forecastTimes } from '../../prophet/forecast-times.ts';
import { fourierSum } from '../../prophet/fourier-sum.ts';
import type { FittedSeasonality, ProphetModel } from '../../prophet/model.ts';
import type { Samples } from '../../series/samples.ts';
import type { Chart } from './chart.ts';

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
/** The shown part of the past and of the forecast. */
const SHOWN_BEFORE_SECONDS = WEEK_SECONDS;
const SHOWN_AFTER_SECONDS = 2 * DAY_SECONDS;
const BAND_STEP_SECONDS = 600;
const TREND_POINTS = 400;
/** Enough for a harmonic of order 50. */
const SHAPE_POINTS = 500;

/**
 * The band of a model over the last week of its history and the two days after it.
 *
 * @param actual the measured values, if available.
 */
export function bandChart(
  kind: BaselineKind,
  model: unknown,
  trainedUntilSeconds: number,
  actual: Samples | undefined,
): Chart {
  const first =
    Math.floor((trainedUntilSeconds - SHOWN_BEFORE_SECONDS) / BAND_STEP_SECONDS) * BAND_STEP_SECONDS;
  const count = (SHOWN_BEFORE_SECONDS + SHOWN_AFTER_SECONDS) / BAND_STEP_SECONDS + 1;
  const x = Float64Array.from({ length: count }, (_, index) => first + index * BAND_STEP_SECONDS);
  const { expected, lower, upper } = forecasterOf(kind).forecast(model, forecastTimes(x));
  const measured = actual && valuesNear(actual, x);
  return {
    title: 'Expected values',
    caption: 'The last week of the training history, and the two days after it.',
    x,
    xKind: 'time',
    lines: [
      { label: 'upper', values: upper, role: 'edge' },
      { label: 'lower', values: lower, role: 'edge' },
      { label: 'expected', values: expected, role: 'expected' },
      ...(measured === undefined ? [] : [{ label: 'measured', values: measured, role: 'actual' as const }]),
    ],
    band: [0, 1],
    marks: [{ x: trainedUntilSeconds, label: 'trained until here' }],
  };
}

/** The trend of a Prophet model over its whole history, with the times at which its slope changes. */
export function trendChart(model: ProphetModel, { trend, changepoints }: ModelDescription): Chart {
  const step = (trend.endSeconds - trend.startSeconds) / (TREND_POINTS - 1);
  const x = Float64Array.from({ length: TREND_POINTS }, (_, index) => trend.startSeconds + index * step);
  // Conditions and regressors belong to the components; the trend needs none of them.
  const bare = { ...model, seasonalities: [], holidays: [], regressors: [] };
  return {
    title: 'Trend',
    caption: `Growth is ${trend.growth}; the slope changes ${changepoints.length} times.`,
    x,
    xKind: 'time',
    lines: [{ label: 'trend', values: decomposeForecast(bare, forecastTimes(x)).trend, role: 'first' }],
    marks: changepoints.map(({ timeSeconds }) => ({ x: timeSeconds, label: '' })),
  };
}

/** The shape of each seasonality over one of its periods. */
export function seasonalityCharts(model: ProphetModel): Chart[] {
  return model.seasonalities.map((seasonality) => {
    const { name, periodSeconds, coefficients, mode } = seasonality;
    const unit = mode === 'additive' ? model.scale : 1;
    const turns = Float64Array.from({ length: SHAPE_POINTS + 1 }, (_, index) => index / SHAPE_POINTS);
    const place = mode === 'additive' ? 'in the unit of the value' : 'as a fraction of the trend';
    return {
      title: `Seasonality: ${name}`,
      caption: `One period in the time zone ${model.clock?.timeZone ?? 'UTC'}, ${place}.`,
      x: turns.map((turn) => turn * periodSeconds),
      xKind: xKindOf(seasonality),
      lines: [
        { label: name, values: turns.map((turn) => unit * fourierSum(coefficients, turn)), role: 'first' },
      ],
    };
  });
}

/** Periods are counted from 1970, a Thursday at midnight. */
function xKindOf({ periodSeconds }: FittedSeasonality): Chart['xKind'] {
  if (periodSeconds === DAY_SECONDS) return 'hour-of-day';
  return periodSeconds === WEEK_SECONDS ? 'day-of-week' : 'number';
}

/** The first value within each step of x; NaN for none. Both are ascending. */
function valuesNear({ timesSeconds, values }: Samples, x: Float64Array): Float64Array {
  let at = 0;
  return x.map((time) => {
    while (at < timesSeconds.length && timesSeconds[at]! < time) at += 1;
    return at < timesSeconds.length && timesSeconds[at]! < time + BAND_STEP_SECONDS
      ? values[at]!
      : Number.NaN;
  });
}
