import { describe, expect, it } from 'vitest';
import { type ResultFolder, resultColumns } from '../../../lib/results/athena/result-columns.ts';
import { tableDefinitions } from '../../../lib/results/athena/table-definitions.ts';
import { ndjsonLine } from '../../../lib/results/ndjson-line.ts';
import type { ResultRecord } from '../../../lib/results/result-store.ts';
import {
  alertRecord,
  evaluationRecallRecord,
  evaluationRecord,
  tickRecord,
  verdictRecord,
} from '../../contract/verdict-records.ts';

const RECORDS: readonly (readonly [ResultFolder, ResultRecord])[] = [
  ['verdict', verdictRecord({ host: 'a' })],
  ['alert', alertRecord({ host: 'a' })],
  ['tick', tickRecord({ faults: 0 })],
  [
    'tick',
    {
      measurement: 'metric_state',
      metric: 'cpu',
      shard: 0,
      timeSeconds: 60,
      state: 'silent',
      reason: 'gone',
      unit: 'percent',
      fields: { series: 3 },
    },
  ],
  [
    'health',
    {
      measurement: 'health',
      shard: 0,
      timeSeconds: 60,
      role: 'source',
      service: 'prometheus',
      state: 'down',
      sinceSeconds: 0,
      ticks: 1,
      troubles: 1,
      reason: 'refused',
    },
  ],
  ['gap', { measurement: 'gap', metric: 'cpu', startSeconds: 0, endSeconds: 60, skippedSeconds: 120 }],
  [
    'training',
    {
      measurement: 'training',
      metric: 'cpu',
      isSimulated: false,
      timeSeconds: 60,
      status: 'rejected',
      version: 'v1',
      reason: 'worse',
      fields: { series: 1 },
    },
  ],
  ['evaluation', evaluationRecord({ recall: 0.5 })],
  ['evaluation_recall', evaluationRecallRecord({ kind: 'spike', size: 'small' })],
];

describe('the tables of Athena', () => {
  it('have a column for each key of each line, and no other', () => {
    const keys = new Map<ResultFolder, Set<string>>();
    for (const [folder, record] of RECORDS) {
      const known = keys.get(folder) ?? new Set<string>();
      for (const key of Object.keys(JSON.parse(ndjsonLine(record)))) known.add(key);
      keys.set(folder, known);
    }
    for (const [folder, columns] of Object.entries(resultColumns)) {
      const written = keys.get(folder as ResultFolder) ?? new Set();
      // The folder says the measurement, but where two share one.
      if (folder !== 'tick') written.delete('measurement');
      expect(new Set(columns.map(({ key }) => key))).toEqual(written);
    }
  });

  const definitions = tableDefinitions('my-tides', { bucket: 'lake', prefix: 'tidemark/' });
  const sqlOf = (file: string) => definitions.find(({ key }) => key.endsWith(`/${file}.sql`))?.sql ?? '';

  it('know the partition of each day by its folder', () => {
    const sql = sqlOf('1-alert');
    expect(sql).toMatch(/^CREATE EXTERNAL TABLE IF NOT EXISTS my_tides_alert \(/);
    expect(sql).toContain("LOCATION 's3://lake/tidemark/alert/'");
    expect(sql).toContain(`'storage.location.template' = 's3://lake/tidemark/alert/date=$${'{day}'}/'`);
    expect(sql).toContain("'projection.day.format' = 'yyyy-MM-dd'");
  });

  it('find keys with capital letters, and leave the names of labels as they are', () => {
    const sql = sqlOf('1-verdict-recent');
    expect(sql).toContain("'case.insensitive' = 'false'");
    expect(sql).toContain("'mapping.time_seconds' = 'timeSeconds'");
    expect(sql).toContain('`labels` map<string,string>');
    for (const [, name] of sql.matchAll(/^ {2}`(\w+)` /gm)) expect(name).toBe(name?.toLowerCase());
  });

  it('are two and a view of both where a folder is compacted, with the same columns', () => {
    expect(
      definitions.filter(({ thing }) => thing.includes('my_tides_verdict')).map(({ thing }) => thing),
    ).toEqual(['table my_tides_verdict_recent', 'table my_tides_verdict_compacted', 'view my_tides_verdict']);
    expect(sqlOf('1-verdict-compacted')).toContain("LOCATION 's3://lake/tidemark/verdict-parquet/'");
    const [recent, compacted] = sqlOf('2-verdict').split('UNION ALL');
    expect(recent).toContain('json_format(CAST("labels" AS JSON)) AS "labels"');
    const namesIn = (sql = '') =>
      [...sql.matchAll(/"(\w+)"(?=,| FROM| AS "?\w+"?,)/g)].map(([, name]) => name);
    expect(namesIn(compacted)).toEqual([...resultColumns.verdict.map(({ name }) => name), 'day']);
    expect(recent?.match(/,/g)?.length).toBe(compacted?.match(/,/g)?.length);
  });
});
