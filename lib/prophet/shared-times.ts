import { type ForecastTimes, forecastTimes } from './forecast-times.ts';

/** Histories, held-out ends and days ahead of series without gaps, and of one or two groups with the same gaps. */
const MOST_TIMES = 16;

/**
 * Forecasts of many models at the same times share what they need at them, as within one set of times; here also where
 * the times are not the same array but equal ones. The oldest give way.
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
    if (this.#known.length === MOST_TIMES) this.#known.shift();
    const times = forecastTimes(timesSeconds);
    this.#known.push(times);
    return times;
  }
}
