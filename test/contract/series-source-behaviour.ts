import { expect, it } from 'vitest';
import type { Series } from '../../lib/series/series.ts';
import type { SeriesSource } from '../../lib/sources/series-source.ts';

/** The range that the kit asks for, at a step of a minute. */
export const STEP = 60;
export const START = 1_700_000_040;
export const COUNT = 120;
const END = START + (COUNT - 1) * STEP;
export const range = { startSeconds: START, endSeconds: END, stepSeconds: STEP };
export const valuesOf = ({ samples }: Series) => [...samples.values];
export const timesOf = ({ samples }: Series) => [...samples.timesSeconds];

/** What every source of series does; `query` is one that it has samples for at every step of the range. */
export function behavesAsSeriesSource(source: () => SeriesSource, query: string): void {
  it('gives a sample at every step, the first and the last included', async () => {
    const { series } = await source().queryRange({ query, ...range });
    expect(series.length).toBeGreaterThan(1);
    for (const one of series) {
      expect(timesOf(one)).toEqual(Array.from({ length: COUNT }, (_, index) => START + index * STEP));
      expect(one.samples.values).toHaveLength(COUNT);
      expect(valuesOf(one).every(Number.isFinite)).toBe(true);
    }
  });

  it('gives one sample for a range of one step', async () => {
    const { series } = await source().queryRange({ query, ...range, endSeconds: START });
    for (const one of series) expect(timesOf(one)).toEqual([START]);
  });

  it('tells series apart by their labels', async () => {
    const { series } = await source().queryRange({ query, ...range });
    expect(new Set(series.map(({ labels }) => JSON.stringify(labels))).size).toBe(series.length);
    for (const { labels } of series) expect(Object.keys(labels).length).toBeGreaterThan(0);
  });

  it('answers the same question the same, whole or in parts', async () => {
    const half = START + (COUNT / 2) * STEP;
    const whole = await source().queryRange({ query, ...range });
    const early = await source().queryRange({ query, ...range, endSeconds: half - STEP });
    const late = await source().queryRange({ query, ...range, startSeconds: half });
    expect(whole.series.map(valuesOf)).toEqual(
      early.series.map((one, index) => [...valuesOf(one), ...valuesOf(late.series[index]!)]),
    );
  });

  it('says that it is up', async () => {
    expect(await source().check()).toMatchObject({ service: source().name, isUp: true });
  });
}
