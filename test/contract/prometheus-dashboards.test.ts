import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configurationSchema } from '../../lib/config/schema.ts';
import { alertRules } from '../../lib/dashboards/alerting/alert-rules.ts';
import { configuredDashboardStore } from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { RemoteSampleEncoder } from '../../lib/results/remote-write/remote-samples.ts';
import { type Labels, seriesKey } from '../../lib/series/labels.ts';
import { RecordedResults } from '../pipeline/tick/recorded-results.ts';
import { backfill } from '../services/backfill.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { interpolated, queriesOf } from './as-grafana.ts';
import { END_SECONDS, ODD_LABELS, runForDashboards, TRAINED_SECONDS } from './dashboard-world.ts';

const configuration = configurationSchema.parse({
  source: { kind: 'simulation' },
  metrics: [{ name: 'cpu' }],
  results: { kind: 'prometheus-remote-write', url: 'http://127.0.0.1:9090/api/v1/write' },
  schedule: { interval: '5m' },
});
const store = configuredDashboardStore(configuration);
const made = dashboards(configuration, store);
const METRIC = 'cpu.usage';
const ODD = seriesKey(ODD_LABELS);
const choices = { metric: METRIC, series: ODD, __range: '30d', __interval: '300s' };

type Answer = readonly { readonly metric: Record<string, string>; readonly value?: [number, string] }[];

/** The records of a run as the samples that the store of remote write sends. */
async function samplesOfRun() {
  const results = new RecordedResults();
  await runForDashboards(results);
  const bySeries = new Map<string, { name: string; labels: Labels; samples: [number, number][] }>();
  for (const { series, timeSeconds, value } of new RemoteSampleEncoder().encode(results.records)) {
    const { __name__: name = '', ...labels } = series.labels;
    const known = bySeries.get(series.key) ?? { name, labels, samples: [] };
    known.samples.push([timeSeconds, value]);
    bySeries.set(series.key, known);
  }
  return [...bySeries.values()];
}

describe.skipIf(await cannotHave('prometheus'))('the dashboards over a real Prometheus', () => {
  const stack = new AsyncDisposableStack();
  let url: string;
  beforeAll(async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'tidemark-dashboards-'));
    stack.defer(() => rm(dataDirectory, { recursive: true, force: true }));
    await backfill(dataDirectory, await samplesOfRun());
    const server = stack.use(await startServer('prometheus', { settings: { dataDirectory } }));
    url = server.address.url;
  });
  afterAll(() => stack.disposeAsync());

  const ask = async (path: string, parameters: Record<string, string>) => {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
    });
    const answer = (await response.json()) as { status: string; error?: string; data: unknown };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  };
  const rowsOf = async (text: string, isInstant: boolean, chosen: Record<string, string> = choices) => {
    const query = interpolated(text, chosen);
    const data = isInstant
      ? await ask('query', { query, time: String(END_SECONDS) })
      : await ask('query_range', {
          query,
          start: String(TRAINED_SECONDS),
          end: String(END_SECONDS),
          step: '300',
        });
    return (data as { result: Answer }).result;
  };
  /** As Grafana asks for the values of a label. */
  const valuesOf = async (text: string, chosen: Record<string, string>) => {
    const [, selector = '', label] = /^label_values\((.+), (\w+)\)$/.exec(interpolated(text, chosen)) ?? [];
    const query = new URLSearchParams({
      'match[]': selector,
      start: String(TRAINED_SECONDS),
      end: String(END_SECONDS),
    });
    const response = await fetch(`${url}/api/v1/label/${label}/values?${query}`);
    return ((await response.json()) as { data: string[] }).data;
  };
  const every = Object.entries(made).flatMap(([file, dashboard]) =>
    queriesOf(dashboard).map((query) => ({ file, ...query })),
  );

  it.each(every.filter(({ place }) => !place.startsWith('variable')))(
    '$file: $place, query $refId, has rows after a run',
    async ({ text, isInstant }) => {
      expect((await rowsOf(text, isInstant)).length).toBeGreaterThan(0);
    },
  );

  it('offer the metrics, and the series of the chosen metric by their labels as they are', async () => {
    const variable = (name: string) =>
      every.find(({ file, place }) => file === 'metric.json' && place === `variable ${name}`)!.text;
    expect(await valuesOf(variable('metric'), {})).toEqual([METRIC, 'gone']);
    const series = await valuesOf(variable('series'), { metric: METRIC });
    expect(series).toHaveLength(3);
    expect(series).toContain(ODD);
  });

  it('show the chosen series alone, and nothing of one that does not exist', async () => {
    for (const { file, place, refId, text, isInstant } of every) {
      if (file !== 'metric.json' || !text.includes('series=~')) continue;
      if (place.startsWith('variable')) continue;
      const rows = await rowsOf(text, isInstant);
      expect(
        rows.map(({ metric }) => metric.series),
        `${place} ${refId}`,
      ).toEqual([ODD]);
      expect(await rowsOf(text, isInstant, { metric: 'cpu_usage', series: ODD })).toEqual([]);
      expect(await rowsOf(text, isInstant, { metric: METRIC, series: '{host="b"}' })).toEqual([]);
    }
  });

  it('give each alert rule one number for each metric or shard', async () => {
    const { rules = [] } = alertRules(configuration, store, 'folder');
    const newest: Record<string, unknown> = {};
    for (const { title, data } of rules) {
      const rows = await rowsOf((data[0]!.model as unknown as { expr: string }).expr, true);
      newest[title] = rows.map(({ metric, value }) => [metric.metric ?? metric.shard, value?.[1]]).sort();
    }
    expect(newest).toMatchObject({
      'Tidemark: anomaly': [
        [METRIC, '1'],
        ['gone', expect.any(String)],
      ],
      'Tidemark: metric silent': [
        [METRIC, '0'],
        ['gone', '1'],
      ],
      'Tidemark: ticks behind': [['0', '300']],
      'Tidemark: model old': [['0', expect.any(String)]],
    });
  });
});
