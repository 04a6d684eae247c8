import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import {
  alertRows,
  type ExportRow,
  exportColumns,
  sampleRows,
  verdictRows,
  windowsOf,
} from '../../../lib/pipeline/export/export-rows.ts';
import { textOfRows, writeParquet } from '../../../lib/pipeline/export/write-rows.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import type { RecordedIncident } from '../../../lib/results/alert-history.ts';
import type { RecordedVerdict } from '../../../lib/results/verdict-history.ts';
import type { RangeQuery } from '../../../lib/sources/series-source.ts';

const START_SECONDS = 1_700_000_040;
const metric: WatchedMetric = {
  name: 'cpu_usage',
  query: 'cpu_usage',
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds: 60 },
  delaySeconds: 0,
  maximumCatchUpSeconds: 3600,
  maximumSeries: 100,
};

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function textOf(rows: readonly ExportRow[], format: 'csv' | 'ndjson'): Promise<string> {
  const texts = await Array.fromAsync(textOfRows(each(rows), exportColumns.verdicts, format, true));
  return texts.join('');
}

const rowOf = (overrides: ExportRow = {}): ExportRow => ({
  time: new Date(START_SECONDS * 1000),
  metric: 'cpu_usage',
  series: '{path="C:\\\\",text="a \\"b\\""}',
  kind: 'anomaly',
  anomalous: true,
  value: 1 / 3,
  expected: 0.5,
  lower: undefined,
  upper: 1e21,
  score: -0.1,
  confidence: 1,
  simulated: false,
  ...overrides,
});

describe('exported rows', () => {
  it('come back from CSV as they were, with quotes, commas, line breaks and empty fields', async () => {
    const rows = [rowOf(), rowOf({ series: 'a,"b"\r\nc', value: undefined })];
    const read: Record<string, string>[] = parse(await textOf(rows, 'csv'), { columns: true });
    expect(read).toHaveLength(2);
    expect(read[0]).toMatchObject({ time: '2023-11-14T22:14:00.000Z', anomalous: 'true', lower: '' });
    expect(Number(read[0]?.value)).toBe(1 / 3);
    expect(Number(read[0]?.upper)).toBe(1e21);
    expect(read.map(({ series }) => series)).toEqual(rows.map(({ series }) => series));
    expect(read[1]?.value).toBe('');
  });

  it('come back from NDJSON, without what is absent', async () => {
    const [line = ''] = (await textOf([rowOf()], 'ndjson')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ metric: 'cpu_usage', value: 1 / 3, anomalous: true });
    expect(JSON.parse(line)).not.toHaveProperty('lower');
  });

  it('come back from Parquet, also across row groups and from no rows at all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tidemark-export-'));
    const path = join(folder, 'rows.parquet');
    const many = Array.from({ length: 120_000 }, (_, index) => rowOf({ value: index }));
    await writeParquet(each(many), exportColumns.verdicts, path);
    const read = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
    expect(read).toHaveLength(120_000);
    expect(read.reduce((sum, { value }) => sum + value, 0)).toBe((120_000 * 119_999) / 2);
    expect(read[0]).toMatchObject({ time: new Date(START_SECONDS * 1000), lower: null, anomalous: true });
    await writeParquet(each<ExportRow>([]), exportColumns.verdicts, path);
    expect(await parquetReadObjects({ file: await asyncBufferFromFile(path) })).toEqual([]);
    expect((await readFile(path)).subarray(0, 4).toString()).toBe('PAR1');
    await rm(folder, { recursive: true });
  });
});

describe('the parts of a window', () => {
  it('begin at whole parts and leave nothing out or twice', () => {
    expect(windowsOf({ startSeconds: 100, endSeconds: 7300 }, 3600)).toEqual([
      { startSeconds: 100, endSeconds: 3600 },
      { startSeconds: 3600, endSeconds: 7200 },
      { startSeconds: 7200, endSeconds: 7300 },
    ]);
  });
});

describe('the rows of samples', () => {
  it('are those of the steps in the window, the end not included, and of the named series only', async () => {
    const asked: RangeQuery[] = [];
    const source = {
      name: 'test',
      isSimulated: false,
      queryRange: async (query: RangeQuery) => {
        asked.push(query);
        const samples = {
          timesSeconds: Float64Array.of(query.startSeconds, query.endSeconds),
          values: Float64Array.of(1, 2),
        };
        return {
          series: ['a', 'b'].map((host) => ({ labels: { host }, samples })),
          warnings: [],
        };
      },
      check: async () => ({ service: 'test', isUp: true, detail: '' }),
    };
    const window = { startSeconds: START_SECONDS, endSeconds: START_SECONDS + 120 };
    const rows = await Array.fromAsync(sampleRows(source, metric, window, '{host="b"}'));
    expect(asked).toMatchObject([{ startSeconds: START_SECONDS, endSeconds: START_SECONDS + 60 }]);
    expect(rows.map(({ series, value }) => [series, value])).toEqual([
      ['{host="b"}', 1],
      ['{host="b"}', 2],
    ]);
  });
});

describe('the rows of verdicts and alerts', () => {
  it('name the series as PromQL does', async () => {
    const verdict: RecordedVerdict = {
      metric: 'cpu_usage',
      labels: { host: 'a' },
      isSimulated: true,
      timeSeconds: START_SECONDS,
      kind: 'normal',
      anomalous: false,
      value: 1,
      expected: undefined,
      lower: undefined,
      upper: undefined,
      score: undefined,
      confidence: 0,
    };
    const history = { verdicts: () => each([verdict, { ...verdict, labels: { host: 'b' } }]) };
    const window = { startSeconds: 0, endSeconds: 1 };
    const rows = await Array.fromAsync(verdictRows(history, 'cpu_usage', window, '{host="a"}'));
    expect(rows).toMatchObject([{ series: '{host="a"}', simulated: true, kind: 'normal' }]);
  });

  it('have an end only when the incident is over, and are of the window by their onset', () => {
    const incident: RecordedIncident = {
      incidentId: 'i',
      notificationIds: ['n'],
      metric: 'cpu_usage',
      labels: { host: 'a' },
      isSimulated: false,
      onsetSeconds: START_SECONDS,
      endSeconds: START_SECONDS + 600,
      isOver: false,
      explanation: 'It jumped.',
    };
    const later = { ...incident, isOver: true, onsetSeconds: START_SECONDS + 60 };
    const window = { startSeconds: START_SECONDS, endSeconds: START_SECONDS + 120 };
    const before = { ...incident, onsetSeconds: START_SECONDS - 1 };
    const rows = alertRows([incident, later, before], window, undefined, undefined);
    expect(rows.map(({ end }) => end)).toEqual([undefined, new Date((START_SECONDS + 600) * 1000)]);
    expect(alertRows([incident], window, 'other', undefined)).toEqual([]);
    expect(alertRows([incident], window, 'cpu_usage', '{host="b"}')).toEqual([]);
  });
});
