import { describe, expect, it } from 'vitest';
import { fitProphet } from '../../lib/prophet/fit.ts';
import { defaultProphetOptions, type ProphetOptions } from '../../lib/prophet/options.ts';
import { SharedDesigns } from '../../lib/prophet/shared-designs.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { syntheticSeries } from './synthetic.ts';

const series = (seed: number, level = 1): Samples => {
  const { timesSeconds, values } = syntheticSeries({ days: 6, stepSeconds: 900, seed });
  return { timesSeconds, values: values.map((value) => value * level) };
};
/** Every seventh hour is missing. */
const withGaps = ({ timesSeconds, values }: Samples): Samples => {
  const isThere = (_: number, row: number) => Math.floor(row / 4) % 7 !== 0;
  return { timesSeconds: timesSeconds.filter(isThere), values: values.filter(isThere) };
};

const cases: readonly (readonly [string, Partial<ProphetOptions>])[] = [
  ['the usual', { daily: 10 }],
  ['a flat trend, scaled by the largest value', { growth: 'flat', scaling: 'absMax' }],
  ['a local clock and its holidays', { timeZone: 'Europe/Berlin', holidays: { country: 'DE' } }],
  ['a seasonality of its own', { seasonalities: [{ name: 'shift', periodSeconds: 28_800, order: 3 }] }],
];

describe('designs that fits share', () => {
  it.each(cases)('leave every fit the same to the bit: %s', async (_, options) => {
    const designs = new SharedDesigns();
    for (const history of [
      series(1),
      withGaps(series(2)),
      series(3, 1e-9),
      series(4, -1e6),
      withGaps(series(5)),
    ]) {
      const shared = await fitProphet(history, options, designs);
      expect(shared).toEqual(await fitProphet(history, options));
    }
  });

  it('are not taken for those of other times or options', async () => {
    const designs = new SharedDesigns();
    const history = series(1);
    await fitProphet(history, {}, designs);
    const found = (options: Partial<ProphetOptions>, { timesSeconds }: Samples) =>
      designs.find({ ...defaultProphetOptions, ...options }, timesSeconds) !== undefined;
    expect(found({}, history)).toBe(true);
    expect(found({}, withGaps(history))).toBe(false);
    expect(found({ daily: 3 }, history)).toBe(false);
    expect(found({}, { ...history, timesSeconds: history.timesSeconds.map((time) => time + 1) })).toBe(false);
  });

  it('are not remembered of what depends on more than the times', async () => {
    const history = series(1);
    const designs = new SharedDesigns();
    const condition = history.timesSeconds.map((time) => Number(time % 172_800 < 86_400));
    const options: Partial<ProphetOptions> = {
      seasonalities: [{ name: 'even', periodSeconds: 86_400, order: 2, condition: 'even' }],
    };
    for (const even of [condition, condition.map((holds) => 1 - holds)]) {
      const conditional = { ...history, conditions: { even } };
      expect(await fitProphet(conditional, options, designs)).toEqual(await fitProphet(conditional, options));
    }
  });

  it('stay few, and those that are used stay', async () => {
    const designs = new SharedDesigns();
    const regular = series(1);
    await fitProphet(regular, {}, designs);
    await fitProphet(series(2), {}, designs);
    const one = designs.find(defaultProphetOptions, regular.timesSeconds);
    for (let gap = 0; gap < 10; gap += 1) {
      const timesSeconds = regular.timesSeconds.filter((_, row) => row !== 50 + gap);
      const values = regular.values.filter((_, row) => row !== 50 + gap);
      await fitProphet({ timesSeconds, values }, {}, designs);
    }
    expect(designs.find(defaultProphetOptions, regular.timesSeconds)).toBe(one);
    const first = regular.timesSeconds.filter((_, row) => row !== 50);
    expect(designs.find(defaultProphetOptions, first)).toBeUndefined();
  });
});
