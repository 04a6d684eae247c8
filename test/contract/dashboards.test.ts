import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baselineModels } from '../../lib/baseline/registry.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { evaluationRecords } from '../../lib/pipeline/evaluation/evaluation-records.ts';
import { usualTraining } from '../../lib/pipeline/evaluation/nightly-models.ts';
import { nightlyModels } from '../../lib/pipeline/evaluation/series-models.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { HISTORY_START, HISTORY_STEP, simulatedHistory } from '../pipeline/simulated-history.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';

const DAYS = 14;
const END_SECONDS = HISTORY_START + DAYS * 86_400;
const BUCKET = 'tidemark-test';

const made = dashboards(
  configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    results: { kind: 'influxdb', url: 'http://127.0.0.1:8086', bucket: BUCKET, token: { env: 'TOKEN' } },
  }),
);

interface Query {
  readonly title: string;
  readonly flux: string;
}

/** All queries of a dashboard: those of its variables and those of its panels. */
function queriesOf({ panels = [], templating }: (typeof made)[string]): Query[] {
  const variables = (templating.list ?? []).flatMap(({ name, query }) =>
    typeof query === 'object' ? [{ title: `variable ${name}`, flux: String(query.query) }] : [],
  );
  const targets = panels.flatMap((panel) =>
    'targets' in panel && panel.targets !== undefined
      ? panel.targets.map((target) => ({
          title: panel.title ?? '',
          flux: 'query' in target ? String(target.query) : '',
        }))
      : [],
  );
  return [...variables, ...targets];
}

describe.skipIf(await cannotHave('influxdb'))('the queries of the dashboards', () => {
  const stack = new AsyncDisposableStack();
  let influx: UsedInfluxDb;
  beforeAll(async () => {
    influx = stack.use(await useInfluxDb());
    const store = stack.use(
      new InfluxDbResultStore({
        url: influx.url,
        organization: influx.org,
        bucket: influx.bucket,
        token: influx.token,
        batchLines: 5000,
        timeoutMilliseconds: 10_000,
        retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
      }),
    );
    const evaluation = await evaluate({
      name: 'cpu',
      monitor: { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: HISTORY_STEP },
      models: nightlyModels(baselineModels['seasonal-naive'], usualTraining, 0.99),
      series: simulatedHistory(DAYS, 1),
      kinds: faultNames,
      injections: 60,
      seed: 1,
    });
    await store.write(evaluationRecords(evaluation, false));
  });
  afterAll(() => stack.disposeAsync());

  /** As Grafana sends it: the reader's choices filled in, its own variables defined. */
  const rowsOf = (flux: string, metric: string): Promise<Record<string, unknown>[]> => {
    const filled = flux
      .replaceAll('${metric}', metric)
      .replaceAll(JSON.stringify(BUCKET), JSON.stringify(influx.bucket));
    const window = [END_SECONDS - 30 * 86_400, END_SECONDS].map((seconds) =>
      new Date(seconds * 1000).toISOString(),
    );
    const [imports, body] = [/^import .*$/gm.exec(filled)?.[0] ?? '', filled.replace(/^import .*$/gm, '')];
    const query = `${imports}\noption v = {timeRangeStart: ${window[0]}, timeRangeStop: ${window[1]}}\n${body}`;
    return new InfluxDB({ url: influx.url, token: influx.token }).getQueryApi(influx.org).collectRows(query);
  };

  for (const [name, dashboard] of Object.entries(made)) {
    const queries = queriesOf(dashboard);
    it.each(queries.map(({ title, flux }) => [title, flux] as const))(
      `${name}: "%s" has rows once an evaluation was written, and none of another metric`,
      async (title, flux) => {
        expect((await rowsOf(flux, 'cpu')).length).toBeGreaterThan(0);
        if (!title.startsWith('variable')) expect(await rowsOf(flux, 'another')).toEqual([]);
      },
    );
  }

  it('show each kind of fault in a row and its sizes in columns', async () => {
    const { flux } = queriesOf(made['accuracy.json']!).find(({ title }) => title === 'What is found')!;
    const rows = await rowsOf(flux, 'cpu');
    expect(rows.map(({ kind }) => kind)).toEqual([...faultNames].sort());
    for (const { small, medium, large } of rows)
      for (const share of [small, medium, large].filter((one) => typeof one === 'number')) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
  });

  it('tell when the newest evaluation was, in milliseconds', async () => {
    const { flux } = queriesOf(made['accuracy.json']!).find(({ title }) => title === 'Last evaluation')!;
    expect(await rowsOf(flux, 'cpu')).toMatchObject([{ _value: (END_SECONDS - HISTORY_STEP) * 1000 }]);
  });
});
