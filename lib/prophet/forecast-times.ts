import type { LocalClock } from './model.ts';

/**
 * The times of a forecast, with the terms that all models share: each Fourier term is computed once, however
 * many series are forecast. Create one for each set of times and pass it to every model.
 */
export interface ForecastTimes {
  /** Unix seconds. */
  readonly timesSeconds: Float64Array;
  /** The same times in a model's clock: seconds since 1970 in local time. */
  localSeconds(clock: LocalClock | undefined): Float64Array;
  /**
   * sin and cos of the first `order` harmonics, one row per time; a row has `stride` entries, of which the
   * first 2 x order are the requested ones (sine before cosine).
   */
  fourierTerms(periodSeconds: number, order: number, clock: LocalClock | undefined): FourierTerms;
}

interface FourierTerms {
  readonly terms: Float64Array;
  readonly stride: number;
}

/**
 * @param timesSeconds Unix seconds, in any order.
 * @example
 * const times = forecastTimes(Float64Array.of(1_700_000_000));
 * const bands = models.map((model) => forecastProphet(model, times));
 */
export function forecastTimes(timesSeconds: Float64Array): ForecastTimes {
  const local = new Map<string, Float64Array>();
  const fourier = new Map<string, FourierTerms>();
  const localSeconds = (clock: LocalClock | undefined): Float64Array => {
    if (clock === undefined) return timesSeconds;
    const key = clockKey(clock);
    const known = local.get(key);
    if (known !== undefined) return known;
    const shifted = timesSeconds.map((time) => time + offsetSecondsAt(clock, time));
    local.set(key, shifted);
    return shifted;
  };
  return {
    timesSeconds,
    localSeconds,
    fourierTerms(periodSeconds, order, clock) {
      const key = `${periodSeconds} ${clock === undefined ? '' : clockKey(clock)}`;
      const known = fourier.get(key);
      if (known !== undefined && known.stride >= 2 * order) return known;
      const computed = fourierTermsOf(localSeconds(clock), periodSeconds, order);
      fourier.set(key, computed);
      return computed;
    },
  };
}

/** The clock's offset from UTC in seconds at a Unix time. */
export function offsetSecondsAt(clock: LocalClock, timeSeconds: number): number {
  const { transitionsSeconds, offsetsSeconds } = clock;
  let index = transitionsSeconds.length - 1;
  while (index > 0 && transitionsSeconds[index]! > timeSeconds) index -= 1;
  return offsetsSeconds[index] ?? 0;
}

/** The Unix time at which a clock shows `localSeconds`; in the hour that autumn repeats, one of the two. */
export function toUnixSeconds(clock: LocalClock | undefined, localSeconds: number): number {
  if (clock === undefined) return localSeconds;
  const near = localSeconds - offsetSecondsAt(clock, localSeconds);
  return localSeconds - offsetSecondsAt(clock, near);
}

function clockKey({ timeZone, transitionsSeconds }: LocalClock): string {
  return `${timeZone} ${transitionsSeconds[0]} ${transitionsSeconds.at(-1)}`;
}

/** Harmonics by the angle-addition theorem from the first one; the phase is reduced to one period before it is scaled. */
function fourierTermsOf(seconds: Float64Array, periodSeconds: number, order: number): FourierTerms {
  const stride = 2 * order;
  const terms = new Float64Array(seconds.length * stride);
  for (let row = 0; row < seconds.length; row += 1) {
    const turns = (seconds[row]! % periodSeconds) / periodSeconds;
    const sine = Math.sin(2 * Math.PI * turns);
    const cosine = Math.cos(2 * Math.PI * turns);
    let harmonicSine = sine;
    let harmonicCosine = cosine;
    for (let index = row * stride; index < (row + 1) * stride; index += 2) {
      terms[index] = harmonicSine;
      terms[index + 1] = harmonicCosine;
      const next = harmonicSine * cosine + harmonicCosine * sine;
      harmonicCosine = harmonicCosine * cosine - harmonicSine * sine;
      harmonicSine = next;
    }
  }
  return { terms, stride };
}
