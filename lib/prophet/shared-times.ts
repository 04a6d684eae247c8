import { type ForecastTimes, forecastTimes } from './forecast-times.ts';

/**
 * Enough for histories, held-out ends and next days of series without gaps, and of one or two groups with the
 * same gaps.
 */
const MAXIMUM_TIMES = 16;

/**
 * Caches sets of forecast times by value, so that forecasts of many models at equal times share their terms.
 * The oldest are dropped.
 */
export class SharedTimes {
  readonly #known: ForecastTimes[] = [];

  of(timesSeconds: Float64Array): ForecastTimes {
    const { length } = timesSeconds;
    const known = this.#known.find(
      (one) =>
        one.timesSeconds.length === length &&
        timesSeconds.every((time, row) => time === one.timesSeconds[row]),
    );
    if (known !== undefined) return known;
    if (this.#known.length === MAXIMUM_TIMES) this.#known.shift();
    const times = forecastTimes(timesSeconds);
    this.#known.push(times);
    return times;
  }
}
