import { InfluxDB } from '@influxdata/influxdb-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../lib/alerts/alert-channel.ts';
import { defaultLinkTemplate, grafanaLink } from '../../lib/alerts/grafana-link.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { alertRules } from '../../lib/dashboards/alerting/alert-rules.ts';
import { configuredDashboardStore } from '../../lib/dashboards/configured-store.ts';
import { dashboards } from '../../lib/dashboards/dashboards.ts';
import { faultNames } from '../../lib/evaluation/faults/registry.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { HISTORY_STEP } from '../pipeline/simulated-history.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { fluxAt, interpolated, queriesOf, type ShownRange } from './as-grafana.ts';
import { END_SECONDS, ODD_LABELS, runForDashboards, TRAINED_SECONDS } from './dashboard-world.ts';

const BUCKET = 'tidemark-test';
const configuration = configurationSchema.parse({
  source: { kind: 'simulation' },
  metrics: [{ name: 'cpu' }],
  results: { kind: 'influxdb', url: 'http://127.0.0.1:8086', bucket: BUCKET, token: { env: 'TOKEN' } },
});
const store = configuredDashboardStore(configuration);
const made = dashboards(configuration, store);
const METRIC = 'cpu.usage';
const ODD = seriesKey(ODD_LABELS);

/** From before the training to a day ahead of now. */
const range: ShownRange = {
  fromSeconds: TRAINED_SECONDS - 3600,
  toSeconds: END_SECONDS + 86_400,
  intervalSeconds: HISTORY_STEP,
};
const month: ShownRange = { ...range, fromSeconds: END_SECONDS - 30 * 86_400, toSeconds: END_SECONDS };
const rangeOf = (file: string) => (['models.json', 'accuracy.json'].includes(file) ? month : range);

describe.skipIf(await cannotHave('influxdb'))('the dashboards over a real InfluxDB', () => {
  const stack = new AsyncDisposableStack();
  let influx: UsedInfluxDb;
  let alerts: readonly Alert[];
  beforeAll(async () => {
    influx = stack.use(await useInfluxDb());
    const results = stack.use(
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
    ({ alerts } = await runForDashboards(results));
  });
  afterAll(() => stack.disposeAsync());

  type Choices = Parameters<typeof interpolated>[1];
  const rowsOf = (text: string, choices: Choices, shown: ShownRange): Promise<Record<string, unknown>[]> => {
    const filled = interpolated(text, choices).replaceAll(
      JSON.stringify(BUCKET),
      JSON.stringify(influx.bucket),
    );
    return new InfluxDB({ url: influx.url, token: influx.token })
      .getQueryApi(influx.org)
      .collectRows(fluxAt(filled, shown, END_SECONDS));
  };
  const queryOf = (file: string, place: string, refId = 'A') =>
    queriesOf(made[file]!).find((one) => one.place.includes(place) && one.refId === refId)!.text;

  it.each(
    Object.entries(made).flatMap(([file, dashboard]) =>
      queriesOf(dashboard).map(({ place, refId, text }) => [file, place, refId, text] as const),
    ),
  )('%s: %s, query %s, has rows after a run', async (file, _, __, text) => {
    const rows = await rowsOf(text, { metric: METRIC, series: ODD }, rangeOf(file));
    expect(rows.length).toBeGreaterThan(0);
  });

  it('show nothing of a metric or a series that does not exist', async () => {
    for (const file of ['metric.json', 'accuracy.json'])
      for (const { place, text } of queriesOf(made[file]!)) {
        if (place === 'variable metric') continue;
        const choices = { metric: 'cpu_usage', series: '{host="b"}' };
        expect(await rowsOf(text, choices, rangeOf(file)), `${file} ${place}`).toEqual([]);
      }
  });

  it('offer the metrics, and the series of the chosen metric by their labels as they are', async () => {
    const metrics = await rowsOf(queryOf('metric.json', 'variable metric', 'metric'), {}, range);
    expect(metrics.map(({ _value }) => _value)).toEqual([METRIC, 'gone']);
    const series = await rowsOf(
      queryOf('metric.json', 'variable series', 'series'),
      { metric: METRIC },
      range,
    );
    expect(series).toHaveLength(3);
    expect(series.map(({ _value }) => _value)).toContain(ODD);
  });

  it('know several metrics chosen at once', async () => {
    const rows = await rowsOf(queryOf('models.json', '"Trainings"'), { metric: [METRIC, 'gone'] }, month);
    expect(new Set(rows.map(({ metric }) => metric))).toEqual(new Set([METRIC, 'gone']));
  });

  describe('the link of an alert', () => {
    const openedFrom = (alert: Alert) => {
      const link = new URL(grafanaLink(defaultLinkTemplate('tidemark'), 'http://grafana:3000', alert));
      const { searchParams } = link;
      const [, d, uid] = link.pathname.split('/');
      const choices: Record<string, string> = {};
      for (const [name, value] of searchParams)
        if (name.startsWith('var-')) choices[name.slice('var-'.length)] = value;
      const shown: ShownRange = {
        fromSeconds: Number(searchParams.get('from')) / 1000,
        toSeconds: Number(searchParams.get('to')) / 1000,
        intervalSeconds: HISTORY_STEP,
      };
      const [file] = Object.entries(made).find(([, dashboard]) => dashboard.uid === uid) ?? [];
      return { d, file, choices, shown };
    };

    it('opens the metric, with its series and the time of the incident: every panel shows it', async () => {
      const onset = alerts.find(({ labels, event }) => event.kind === 'onset' && labels === ODD_LABELS)!;
      const { d, file, choices, shown } = openedFrom(onset);
      expect([d, file]).toEqual(['d', 'metric.json']);
      expect(choices).toEqual({ metric: METRIC, series: ODD });
      expect(shown.fromSeconds).toBeLessThan(onset.event.onsetSeconds);
      expect(shown.toSeconds).toBeGreaterThan(onset.event.verdict.timeSeconds);
      for (const { place, refId, text } of queriesOf(made['metric.json']!)) {
        // The link shows the past: there is no band ahead, and the training was earlier.
        if (text.includes('"baseline"') || text.includes('"training"  and')) continue;
        if (place === 'annotation New models') continue;
        expect((await rowsOf(text, choices, shown)).length, `${place} ${refId}`).toBeGreaterThan(0);
      }
    });

    it('leads to choices that the variables offer', async () => {
      for (const alert of alerts) {
        const { choices, shown } = openedFrom(alert);
        const metrics = await rowsOf(queryOf('metric.json', 'variable metric', 'metric'), choices, shown);
        expect(metrics.map(({ _value }) => _value)).toContain(choices.metric);
        const series = await rowsOf(queryOf('metric.json', 'variable series', 'series'), choices, shown);
        expect(series.map(({ _value }) => _value)).toContain(choices.series);
      }
      expect(alerts.length).toBeGreaterThan(2);
    });
  });

  it('show the sentence of an alert in its table and at its mark', async () => {
    const onset = alerts.find(({ labels, event }) => event.kind === 'onset' && labels === ODD_LABELS)!;
    const choices = { metric: METRIC, series: ODD };
    const table = await rowsOf(queryOf('metric.json', 'Alerts and their reasons'), choices, range);
    expect(table).toMatchObject([{ kind: 'onset', explanation: onset.event.explanation }]);
    const marks = await rowsOf(queryOf('metric.json', 'annotation Alerts', 'Annotation'), choices, range);
    expect(marks).toMatchObject([{ text: onset.event.explanation, tags: 'onset' }]);
  });

  it('show value and band in columns, anomalies only where the verdict is one, and the band ahead of now', async () => {
    const choices = { metric: METRIC, series: ODD };
    const rows = await rowsOf(queryOf('metric.json', '${metric}', 'A'), choices, range);
    for (const { value, expected, lower, upper } of rows as Record<string, number>[]) {
      expect(Number.isFinite(value)).toBe(true);
      expect(lower).toBeLessThanOrEqual(expected!);
      expect(expected).toBeLessThanOrEqual(upper!);
    }
    const anomalies = await rowsOf(queryOf('metric.json', '${metric}', 'B'), choices, range);
    for (const { _time } of anomalies)
      expect(Date.parse(String(_time)) / 1000).toBeGreaterThanOrEqual(END_SECONDS - 4 * HISTORY_STEP);
    const ahead = await rowsOf(queryOf('metric.json', '${metric}', 'C'), choices, range);
    const times = ahead.map(({ _time }) => Date.parse(String(_time)) / 1000);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(END_SECONDS);
    expect(Math.max(...times)).toBeGreaterThan(TRAINED_SECONDS + 23 * 3600);
    expect(Object.keys(ahead[0]!)).toEqual(
      expect.arrayContaining(['expected ahead', 'lower ahead', 'upper ahead']),
    );
  });

  it('list what is open with its series, and what is silent with the reason', async () => {
    const [count] = await rowsOf(queryOf('overview.json', 'Open incidents'), {}, range);
    const open = await rowsOf(queryOf('overview.json', 'Open now'), {}, range);
    expect(open.map(({ metric, series }) => [metric, series])).toContainEqual([METRIC, ODD]);
    expect(count!._value).toBe(open.length);
    const silent = await rowsOf(queryOf('overview.json', 'not scored'), {}, range);
    expect(silent).toMatchObject([
      { metric: 'gone', state: 'silent', reason: expect.stringMatching(/returns no series/) },
    ]);
    expect(await rowsOf(queryOf('overview.json', 'Silent metrics'), {}, range)).toMatchObject([
      { _value: 1 },
    ]);
  });

  it('count the alerts of a week against the allowed ones', async () => {
    const rows = await rowsOf(queryOf('overview.json', 'budget'), {}, range);
    for (const metric of [METRIC, 'gone']) {
      const onsets = alerts.filter((one) => one.metric === metric && one.event.kind === 'onset').length;
      const expected = { alerts: onsets, allowed: 3, used: onsets / 3 };
      expect(rows.find((row) => row.metric === metric)).toMatchObject(expected);
    }
  });

  it('show each kind of fault in a row and its sizes in columns', async () => {
    const rows = await rowsOf(queryOf('accuracy.json', 'What is found'), { metric: METRIC }, month);
    expect(rows.map(({ kind }) => kind)).toEqual([...faultNames].sort());
    for (const { small, medium, large } of rows)
      for (const share of [small, medium, large].filter((one) => typeof one === 'number')) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
  });

  it('say when the newest evaluation was, in milliseconds', async () => {
    const rows = await rowsOf(queryOf('accuracy.json', 'Last evaluation'), { metric: METRIC }, month);
    expect(rows).toMatchObject([{ _value: (TRAINED_SECONDS - HISTORY_STEP) * 1000 }]);
  });

  it('compute what the ticks cost from their time', async () => {
    const [day] = await rowsOf(queryOf('operations.json', 'Function time'), {}, range);
    const [twice] = await rowsOf(
      queryOf('operations.json', 'Function time'),
      {},
      {
        ...range,
        fromSeconds: range.toSeconds - 2 * (range.toSeconds - range.fromSeconds),
      },
    );
    expect(day!._value).toBeGreaterThan(0);
    expect((day!._value as number) / (twice!._value as number)).toBeCloseTo(2, 6);
  });

  it('give each alert rule one number for each metric or shard, the newest', async () => {
    const { rules = [] } = alertRules(configuration, store, 'folder');
    expect(rules).toHaveLength(4);
    const newest: Record<string, unknown[]> = {};
    for (const { title, data } of rules) {
      const { model, relativeTimeRange } = data[0]!;
      const shown = {
        ...range,
        fromSeconds: END_SECONDS - relativeTimeRange!.from!,
        toSeconds: END_SECONDS + 1,
      };
      const rows = await rowsOf(String((model as unknown as { query: string }).query), {}, shown);
      newest[title] = rows.map(({ metric, shard, _value }) => [metric ?? shard, _value]);
    }
    const openOf = (metric: string) => {
      const ofMetric = alerts.filter((one) => one.metric === metric);
      const ended = ofMetric.filter(({ event }) => event.kind === 'resolved').length;
      return ofMetric.filter(({ event }) => event.kind === 'onset').length - ended;
    };
    expect(newest).toEqual({
      'Tidemark: anomaly': [
        [METRIC, openOf(METRIC)],
        ['gone', openOf('gone')],
      ],
      'Tidemark: metric silent': [
        [METRIC, 0],
        ['gone', 1],
      ],
      'Tidemark: ticks behind': [['0', HISTORY_STEP]],
      'Tidemark: model old': [['0', expect.any(Number)]],
    });
  });
});
