/** The expected value of one sample with its band, in the unit of the value; `lower <= expected <= upper`. */
export interface Band {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/** A baseline at one time: its band, and the zero-mean seasonal part alone (no trend, no level). */
export interface Baseline extends Band {
  readonly seasonal: number;
}

/** A baseline at many times, column-wise; every array has the length of the requested times. */
export interface Forecast {
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly seasonal: Float64Array;
}

/** The forecast's baseline at one of its times, by index. */
export function baselineAt(forecast: Forecast, index: number): Baseline {
  return {
    expected: forecast.expected[index] as number,
    lower: forecast.lower[index] as number,
    upper: forecast.upper[index] as number,
    seasonal: forecast.seasonal[index] as number,
  };
}

/** The forecast from one of its times on; the columns are shared. */
export function forecastFrom({ expected, lower, upper, seasonal }: Forecast, index: number): Forecast {
  return {
    expected: expected.subarray(index),
    lower: lower.subarray(index),
    upper: upper.subarray(index),
    seasonal: seasonal.subarray(index),
  };
}
