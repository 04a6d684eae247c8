import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../lib/discovery/candidate.ts';
import { tryCandidate } from '../../lib/discovery/try-candidate.ts';
import type { Series } from '../../lib/series/series.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import type { RangeQuery, SeriesSource } from '../../lib/sources/series-source.ts';

const NOW = 1_790_000_123;
const candidate: Candidate = {
  name: 'queue_depth',
  query: 'queue_depth',
  description: '',
  why: '',
  unit: undefined,
  labels: undefined,
  detection: { direction: 'both', domain: {} },
  preset: undefined,
  scrapeIntervalSeconds: 60,
  isPlain: true,
  seriesLimit: 3,
};

/** A source whose query returns a series for each function of the sample's index. */
function sourceOf(...values: ((index: number) => number)[]): SeriesSource {
  return {
    name: 'prometheus',
    isSimulated: false,
    check: async () => ({ service: 'prometheus', isUp: true, detail: '' }),
    queryRange: async ({ query, startSeconds, endSeconds, stepSeconds }: RangeQuery) => {
      const timesSeconds = Float64Array.from(
        { length: (endSeconds - startSeconds) / stepSeconds + 1 },
        (_, index) => startSeconds + index * stepSeconds,
      );
      const series = (value: (index: number) => number, labels: Series['labels']): Series => ({
        labels,
        samples: { timesSeconds, values: timesSeconds.map((_, index) => value(index)) },
      });
      if (query.startsWith('count('))
        return { series: values.length === 0 ? [] : [series(() => values.length, {})], warnings: [] };
      return { series: values.map((value, index) => series(value, { queue: String(index) })), warnings: [] };
    },
  };
}

const rhythm = (index: number) => 10 + Math.sin(index / 10);
const refusing = (error: Error): SeriesSource => ({
  ...sourceOf(),
  queryRange: async () => {
    throw error;
  },
});

describe('a metric that may be worth watching', () => {
  it('is kept with the number of its series and of those that never change', async () => {
    const trial = await tryCandidate(
      sourceOf(
        rhythm,
        () => 4,
        (index) => -rhythm(index),
      ),
      candidate,
      NOW,
    );
    expect(trial).toEqual({ candidate, seriesCount: 3, constantCount: 1 });
  });

  it('is left out when it returns nothing', async () => {
    const trial = await tryCandidate(sourceOf(), candidate, NOW);
    expect(trial).toMatchObject({ reason: 'nothing', explanation: 'returned nothing in the last hour' });
  });

  it.each([
    {
      what: 'all its series stay the same',
      values: [() => 0, () => 0],
      explanation: 'was 0 for the whole last day',
    },
    {
      what: 'each stays at a value of its own',
      values: [() => 1, () => 2],
      explanation: 'never changed for the whole last day',
    },
    {
      what: 'it changes by the rounding of a sum',
      values: [(index: number) => 0.1 * 3 + (index % 2) * 1e-16],
      explanation: 'was 0.3 for the whole last day',
    },
    {
      what: 'nothing but NaN is known of it',
      values: [() => Number.NaN],
      explanation: 'was NaN for the whole last day',
    },
  ])('is left out as constant when $what', async ({ values, explanation }) => {
    expect(await tryCandidate(sourceOf(...values), candidate, NOW)).toMatchObject({
      reason: 'constant',
      explanation,
    });
  });

  it('is kept when it returned something within the hour, though nothing now', async () => {
    const source = sourceOf(rhythm);
    const quiet: SeriesSource = {
      ...source,
      queryRange: async (query) =>
        query.stepSeconds === 1 ? { series: [], warnings: [] } : source.queryRange(query),
    };
    expect(await tryCandidate(quiet, candidate, NOW)).toHaveProperty('seriesCount', 1);
  });

  it('is kept on a server that was just started, where nothing can be constant yet', async () => {
    const source = sourceOf(() => 4);
    const young: SeriesSource = {
      ...source,
      queryRange: async (query) =>
        query.stepSeconds === 1 ? source.queryRange(query) : { series: [], warnings: [] },
    };
    expect(await tryCandidate(young, candidate, NOW)).toEqual({
      candidate,
      seriesCount: 1,
      constantCount: 0,
    });
  });

  it('is left out when it has more series than it may have, with what helps', async () => {
    const source = sourceOf(rhythm, rhythm, rhythm, rhythm);
    const trial = await tryCandidate(source, { ...candidate, preset: 'redis' }, NOW);
    expect(trial).toMatchObject({ reason: 'too-many-series' });
    expect(trial).toHaveProperty(
      'explanation',
      expect.stringContaining('4 series, more than 3: init --max-series 4'),
    );
    const described = await tryCandidate(source, candidate, NOW);
    expect(described).toHaveProperty('explanation', expect.stringContaining('sum by (job)'));
  });

  it.each([
    { what: 'only rises', of: (index: number) => index * 5 },
    { what: 'rises and begins again at zero', of: (index: number) => (index % 200) * 5 },
  ])('is left out as a counter without rate when it $what', async ({ of }) => {
    expect(await tryCandidate(sourceOf(of), candidate, NOW)).toMatchObject({ reason: 'counter' });
    // A rate may rise all day.
    expect(await tryCandidate(sourceOf(of), { ...candidate, isPlain: false }, NOW)).toHaveProperty(
      'seriesCount',
      1,
    );
  });

  it('is left out when the server refuses its query, in printable words of the server', async () => {
    const trial = await tryCandidate(
      refusing(new SourceQueryError('bad \u001b]52;c;x\u0007')),
      candidate,
      NOW,
    );
    expect(trial).toMatchObject({
      reason: 'refused',
      explanation: 'the server refuses the query: bad \\u{1b}]52;c;x\\u{7}',
    });
  });

  it('is an error when the server is gone', async () => {
    const gone = new SourceUnavailableError('gone');
    await expect(tryCandidate(refusing(gone), candidate, NOW)).rejects.toBe(gone);
  });

  it('ends in a comment without swallowing the count of its series', async () => {
    const asked: string[] = [];
    const source = sourceOf(rhythm);
    const listening: SeriesSource = {
      ...source,
      queryRange: (query) => {
        asked.push(query.query);
        return source.queryRange(query);
      },
    };
    await tryCandidate(listening, { ...candidate, query: 'queue_depth # all' }, NOW);
    expect(asked[0]).toBe('count(queue_depth # all\n)');
  });
});
