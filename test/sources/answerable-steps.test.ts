import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryAnswerable } from '../../lib/sources/answerable-steps.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import type { RangeQuery, SeriesSource } from '../../lib/sources/series-source.ts';

const STEP = 60;

/** A source with one series that refuses each range in which one of the given steps lies. */
function refusing(refuses: (timeSeconds: number) => boolean) {
  const asked: RangeQuery[] = [];
  const source: SeriesSource = {
    name: 'test',
    isSimulated: false,
    queryRange: async (query) => {
      asked.push(query);
      const times: number[] = [];
      for (let time = query.startSeconds; time <= query.endSeconds; time += STEP) times.push(time);
      if (times.some(refuses)) throw new SourceQueryError('many-to-many', { isOfSteps: true });
      const timesSeconds = Float64Array.from(times);
      return { series: [{ labels: {}, samples: { timesSeconds, values: timesSeconds } }], warnings: [] };
    },
    check: async () => ({ service: 'test', isUp: true, detail: '' }),
  };
  return { asked, source };
}

const over = (steps: number): RangeQuery => ({
  query: 'a * b',
  startSeconds: 0,
  endSeconds: (steps - 1) * STEP,
  stepSeconds: STEP,
});

describe('a range that is refused for some of its steps', () => {
  it('is answered but for these, wherever they lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 400 }),
        fc.nat(399),
        fc.integer({ min: 1, max: 5 }),
        async (steps, from, length) => {
          const isRefused = (time: number) => time / STEP >= from && time / STEP < from + length;
          const all = Array.from({ length: steps }, (_, step) => step * STEP);
          fc.pre(all.some((time) => !isRefused(time)) && steps > 8 * length);
          const { source } = refusing(isRefused);
          const { series, refused = [] } = await queryAnswerable(source, over(steps));
          expect([...(series[0]?.samples.timesSeconds ?? [])]).toEqual(
            all.filter((time) => !isRefused(time)),
          );
          const given = all.filter((time) =>
            refused.some((range) => time >= range.startSeconds && time <= range.endSeconds),
          );
          expect(given).toEqual(all.filter(isRefused));
        },
      ),
    );
  });

  it('is asked for its newest step first', async () => {
    const { source, asked } = refusing((time) => time === 0);
    await queryAnswerable(source, over(10));
    expect(asked.slice(0, 2).map((query) => [query.startSeconds, query.endSeconds])).toEqual([
      [0, 540],
      [540, 540],
    ]);
  });

  it('is refused as a whole after a few queries when no step is answered', async () => {
    const { source, asked } = refusing(() => true);
    await expect(queryAnswerable(source, over(1000))).rejects.toThrow('many-to-many');
    expect(asked.length).toBeLessThanOrEqual(10);
  });

  it('takes a bounded number of queries, and gives up what is not found out', async () => {
    const { source, asked } = refusing((time) => (time / STEP) % 20 === 7);
    const { refused = [] } = await queryAnswerable(source, over(2000));
    expect(asked.length).toBeLessThanOrEqual(65);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('is not divided when the query itself is wrong, or the source is away', async () => {
    for (const error of [new SourceQueryError('parse error'), new SourceUnavailableError('down')]) {
      const { source } = refusing(() => false);
      let count = 0;
      const failing = {
        ...source,
        queryRange: async () => {
          count += 1;
          throw error;
        },
      };
      await expect(queryAnswerable(failing, over(10))).rejects.toBe(error);
      expect(count).toBe(1);
    }
  });
});
