import { describe, expect, it } from 'vitest';
import { readPreset } from '../../lib/config/presets/preset-files.ts';
import { findPromqlProblem } from '../../lib/config/promql.ts';
import { describedCandidates } from '../../lib/discovery/described-candidates.ts';
import { presetCandidates, rateWindow } from '../../lib/discovery/preset-candidates.ts';
import { type Survey, scrapeInterval } from '../../lib/discovery/survey.ts';
import type { MetricDescription } from '../../lib/sources/metric-catalogue.ts';

type Described = Readonly<Record<string, MetricDescription['type']>>;

function survey(described: Described, more: Partial<Survey> = {}): Survey {
  const suffixes = (name: string, type: string) =>
    type === 'histogram' || type === 'summary' ? [`${name}_count`, `${name}_sum`] : [name];
  return {
    names: Object.entries(described).flatMap(([name, type]) => suffixes(name, type)),
    descriptions: new Map(
      Object.entries(described).map(([name, type]) => [name, { type, help: `Help of ${name}` }]),
    ),
    presets: [],
    historySeconds: 0,
    nowSeconds: 0,
    ...more,
  };
}

const queries = (described: Described, more?: Partial<Survey>) =>
  Object.fromEntries(describedCandidates(survey(described, more)).map(({ name, query }) => [name, query]));

describe('metrics that only their exporters describe', () => {
  it('are proposed by their type: rates of counters, traffic and mean of histograms, gauges as they are', () => {
    const proposed = queries({ jobs_total: 'counter', run_seconds: 'histogram', size_bytes: 'gauge' });
    expect(proposed).toEqual({
      run_seconds_rate: 'sum by (job) (rate(run_seconds_count[5m]))',
      run_seconds_mean:
        'sum by (job) (rate(run_seconds_sum[5m])) / (sum by (job) (rate(run_seconds_count[5m])) > 0)',
      jobs_rate: 'sum by (job) (rate(jobs_total[5m]))',
      size_bytes: 'size_bytes',
    });
    for (const query of Object.values(proposed)) expect(findPromqlProblem(query)).toBeUndefined();
  });

  it('are found under the name with _total, which OpenMetrics leaves out of the description', () => {
    const { names, ...rest } = survey({ jobs: 'counter' });
    expect(describedCandidates({ ...rest, names: ['jobs_total'] })[0]?.query).toBe(
      'sum by (job) (rate(jobs_total[5m]))',
    );
  });

  it('are not proposed when they are facts, not measurements, or what a server says of itself', () => {
    const facts = { app_build_info: 'gauge', app_start_time_seconds: 'gauge', queue_limit: 'gauge' } as const;
    const own = {
      up: 'gauge',
      go_threads: 'gauge',
      prometheus_tsdb_head_series: 'gauge',
      tidemark_score: 'gauge',
    } as const;
    expect(queries({ ...facts, ...own })).toEqual({});
  });

  it('are not proposed as they are when their name is that of a counter', () => {
    expect(queries({ events_total: 'gauge', things: 'unknown' })).toEqual({});
  });

  it('are left to a preset that covers their names, when it was recognised', () => {
    const preset = { name: 'redis', preset: readPreset('redis'), scrapeIntervalSeconds: 15 } as const;
    expect(queries({ redis_slowlog_length: 'gauge' }, { presets: [preset] })).toEqual({});
    expect(queries({ redis_slowlog_length: 'gauge' })).toEqual({
      redis_slowlog_length: 'redis_slowlog_length',
    });
  });

  it('are not proposed when they are not there any more', () => {
    expect(queries({ size: 'gauge' }, { names: [] })).toEqual({});
  });

  it('have units that follow from their names, and descriptions that can be printed', () => {
    const described = survey({ lag_seconds: 'gauge', read_bytes_total: 'counter' });
    const help = { type: 'gauge', help: 'Lag\n\u001b[31m of \u202e it' } as const;
    const proposed = describedCandidates({
      ...described,
      descriptions: new Map([...described.descriptions, ['lag_seconds', help]]),
    });
    expect(proposed.map(({ unit }) => unit)).toEqual(['Bps', 's']);
    expect(proposed[1]?.description).toBe('Lag \\u{1b}[31m of \\u{202e} it');
  });

  it('are skipped when Prometheus needs quotes for their names', () => {
    expect(queries({ 'http.requests': 'gauge' })).toEqual({});
  });
});

describe('the range of rates', () => {
  it.each([
    { scrape: 5, window: '5m' },
    { scrape: 60, window: '5m' },
    { scrape: 75, window: '5m' },
    { scrape: 120, window: '8m' },
    { scrape: 300, window: '20m' },
  ])('is $window when a metric is scraped every $scrape s', ({ scrape, window }) => {
    expect(rateWindow(scrape)).toBe(window);
    const preset = { name: 'redis', preset: readPreset('redis'), scrapeIntervalSeconds: scrape } as const;
    const [commands] = presetCandidates(preset, 1000);
    expect(commands?.query).toBe(`sum by (instance) (rate(redis_commands_processed_total[${window}]))`);
  });

  it('follows from the median distance of scrapes, so that a missed one does not matter', () => {
    expect(scrapeInterval([0, 15.002, 30.001, 75, 90.003])).toBe(15);
    expect(scrapeInterval([7])).toBe(60);
  });
});
