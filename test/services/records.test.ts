import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRecord, orphans, ownedBy, readRecords, removeRecord, writeRecord } from './records.ts';
import { asTable, exportLines, statusRows } from './status.ts';

const owner = { pid: 4, processStart: 'boot/4' };
const common = {
  title: 'Prometheus',
  place: 'path',
  healthUrl: 'http://127.0.0.1:1/-/ready',
  startedAt: '2026-01-01T00:00:00.000Z',
  version: '2.42.0',
  process: { pid: 7, processStart: 'boot/7' },
} as const;
const record = makeRecord('prometheus', { url: 'http://127.0.0.1:1' }, common);

describe('records', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-records-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('come back as they were written, for their owner alone to read', () => {
    writeRecord(directory, record);
    expect(readRecords(directory)).toEqual([record]);
    expect(statSync(join(directory, 'prometheus-7.json')).mode & 0o077).toBe(0);
    removeRecord(directory, record);
    expect(readRecords(directory)).toEqual([]);
  });

  it('skip files that a crash cut short', () => {
    writeFileSync(join(directory, 'influxdb-9.json'), '{"service":"influ');
    writeFileSync(join(directory, 'cloud-9.json'), '{"service":"cloud"}');
    expect(readRecords(directory)).toEqual([]);
  });

  it('are none in a directory that is not there', () => {
    expect(readRecords(join(directory, 'missing'))).toEqual([]);
  });

  it('report the servers that stay from those of a test run and of a dead one', () => {
    const inRun = makeRecord('prometheus', undefined, { ...common, owner });
    const both = [record, inRun];
    expect(ownedBy(both, undefined)).toEqual([record]);
    expect(ownedBy(both, owner)).toEqual([inRun]);
    expect(orphans(both, () => true)).toEqual([]);
    expect(orphans(both, () => false)).toEqual([inRun]);
  });
});

describe('the status table', () => {
  it('shows a server whose process is gone as dead', async () => {
    const [row] = await statusRows([record]);
    expect(row).toMatchObject({ name: 'Prometheus', health: 'dead', pid: 7, address: 'http://127.0.0.1:1' });
  });

  it('gives the lines that make Tidemark use an InfluxDB that is up, and those of a dead server to nobody', async () => {
    const address = { url: 'http://127.0.0.1:1', org: 'o', bucket: 'b', token: "it's secret" };
    const [row] = await statusRows([makeRecord('influxdb', address, { ...common, title: 'InfluxDB' })]);
    expect(exportLines([row!])).toEqual([]);
    expect(exportLines([{ ...row!, health: 'healthy' }])).toEqual([
      "export TIDEMARK__RESULTS__KIND='influxdb'",
      "export TIDEMARK__RESULTS__URL='http://127.0.0.1:1'",
      "export TIDEMARK__RESULTS__ORG='o'",
      "export TIDEMARK__RESULTS__BUCKET='b'",
      "export TIDEMARK__RESULTS__TOKEN__ENV='INFLUXDB_TOKEN'",
      "export INFLUXDB_TOKEN='it'\\''s secret'",
    ]);
  });

  it('aligns its columns', async () => {
    const lines = asTable(await statusRows([record])).split('\n');
    expect(lines[0]?.indexOf('health')).toBe(lines[1]?.indexOf('dead'));
  });
});
