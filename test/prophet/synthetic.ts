import type { Samples } from '../../lib/series/samples.ts';

/** A small, fast, seeded source of uniform numbers in [0, 1). Source: Mulberry32 by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from a uniform source. Source: Box and Muller 1958. */
export function normalFrom(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface SyntheticShape {
  readonly startSeconds?: number;
  readonly stepSeconds?: number;
  readonly days?: number;
  readonly seed?: number;
  readonly noise?: number;
  /** The value without noise, by seconds since the start. */
  readonly shape?: (secondsSinceStart: number) => number;
}

const DAY_SECONDS = 86_400;

/** A daily and weekly wave over a bent trend. */
export function dailyAndWeekly(secondsSinceStart: number): number {
  const days = secondsSinceStart / DAY_SECONDS;
  const bend = 0.5 * days + (days > 6 ? 1.5 * (days - 6) : 0);
  return 50 + bend + 10 * Math.sin(2 * Math.PI * days) + 4 * Math.cos((2 * Math.PI * days) / 7);
}

/** A seeded series: 14 days at 5 minutes of daily and weekly waves unless the shape says otherwise. */
export function syntheticSeries({
  startSeconds = 1_700_006_400,
  stepSeconds = 300,
  days = 14,
  seed = 1,
  noise = 1,
  shape = dailyAndWeekly,
}: SyntheticShape = {}): Samples {
  const random = seededRandom(seed);
  const count = Math.round((days * DAY_SECONDS) / stepSeconds);
  const timesSeconds = Float64Array.from({ length: count }, (_, index) => startSeconds + index * stepSeconds);
  const values = timesSeconds.map((time) => shape(time - startSeconds) + noise * normalFrom(random));
  return { timesSeconds, values };
}

/** The rows of a series that `keep`, asked once a row and in order, says yes to. */
export function keepRows({ timesSeconds, values }: Samples, keep: (row: number) => boolean): Samples {
  const rows = Int32Array.from(timesSeconds.keys()).filter((row) => keep(row));
  return {
    timesSeconds: Float64Array.from(rows, (row) => timesSeconds[row]!),
    values: Float64Array.from(rows, (row) => values[row]!),
  };
}
