import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinChunks, rangeChunks } from '../../../lib/sources/prometheus/range-chunks.ts';
import type { RangeQuery } from '../../../lib/sources/series-source.ts';

const stepsOf = ({ startSeconds, endSeconds, stepSeconds }: RangeQuery) => {
  const steps: number[] = [];
  for (let step = startSeconds; step <= endSeconds; step += stepSeconds) steps.push(step);
  return steps;
};

const queries = fc
  .record({
    first: fc.integer({ min: 0, max: 1e6 }),
    steps: fc.integer({ min: 1, max: 500 }),
    stepSeconds: fc.constantFrom(1, 5, 60, 300),
    maximum: fc.integer({ min: 1, max: 120 }),
  })
  .map(({ first, steps, stepSeconds, maximum }) => ({
    maximum,
    query: {
      query: 'up',
      startSeconds: first * stepSeconds,
      endSeconds: (first + steps - 1) * stepSeconds,
      stepSeconds,
    },
  }));

describe('chunks of a range', () => {
  it('ask for every step exactly once, in order, and for no more than allowed each', () => {
    fc.assert(
      fc.property(queries, ({ query, maximum }) => {
        const chunks = rangeChunks(query, maximum);
        expect(chunks.flatMap(stepsOf)).toEqual(stepsOf(query));
        for (const chunk of chunks) expect(stepsOf(chunk).length).toBeLessThanOrEqual(maximum);
        expect(chunks.length).toBe(Math.ceil(stepsOf(query).length / maximum));
      }),
    );
  });

  it('are the query itself when it fits', () => {
    const query = { query: 'up', startSeconds: 0, endSeconds: 10_999 * 60, stepSeconds: 60 };
    expect(rangeChunks(query, 11_000)).toEqual([query]);
    expect(rangeChunks({ ...query, endSeconds: 11_000 * 60 }, 11_000)).toHaveLength(2);
  });

  it('are joined by series, whichever order the labels and the series come in', () => {
    fc.assert(
      fc.property(queries, ({ query, maximum }) => {
        const answers = rangeChunks(query, maximum).map((chunk, index) => {
          const timesSeconds = Float64Array.from(stepsOf(chunk));
          const values = timesSeconds.map((time) => time * 2);
          const a = {
            labels: index % 2 ? { x: '1', y: '2' } : { y: '2', x: '1' },
            samples: { timesSeconds, values },
          };
          const b = { labels: { x: '3' }, samples: { timesSeconds, values: values.map((value) => -value) } };
          return { series: index % 2 ? [a, b] : [b, a], warnings: ['partial'] };
        });
        const { series, warnings } = joinChunks(answers);
        expect(warnings).toEqual(['partial']);
        expect(series).toHaveLength(2);
        for (const { labels, samples } of series) {
          const sign = 'y' in labels ? 1 : -1;
          expect([...samples.timesSeconds]).toEqual(stepsOf(query));
          expect([...samples.values]).toEqual(stepsOf(query).map((time) => sign * time * 2 || sign * 0));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('keep a series that only some of them have', () => {
    const part = (time: number) => ({ timesSeconds: Float64Array.of(time), values: Float64Array.of(time) });
    const { series } = joinChunks([
      { series: [{ labels: { a: '1' }, samples: part(0) }], warnings: ['one'] },
      { series: [{ labels: { a: '2' }, samples: part(60) }], warnings: ['two'] },
    ]);
    expect(series.map(({ labels, samples }) => [labels, [...samples.timesSeconds]])).toEqual([
      [{ a: '1' }, [0]],
      [{ a: '2' }, [60]],
    ]);
  });
});
