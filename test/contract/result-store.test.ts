import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RetryEnvironment } from '../../lib/connections/retry.ts';
import { ResultsRejectedError, ResultsUnavailableError } from '../../lib/results/errors.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { answering } from './http-answers.ts';
import { behavesAsResultStore, type ReadRecord } from './result-store-behaviour.ts';
import { faultProxy } from './tick/fault-proxy.ts';
import {
  alertRecord,
  evaluationRecallRecord,
  evaluationRecord,
  START_SECONDS,
  tickRecord,
  verdictRecord,
} from './verdict-records.ts';

const SINCE = '2023-11-01T00:00:00Z';

const secondsOf = (row: Readonly<Record<string, unknown>>) => Date.parse(String(row._time)) / 1000;

/** Rows of a measurement, with fields as columns. */
async function rowsOf(influx: UsedInfluxDb, measurement: string): Promise<ReadRecord[]> {
  const flux = `|> filter(fn: (r) => r._measurement == "${measurement}")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value") |> group() |> sort(columns: ["_time"])`;
  const rows = await queryInfluxDb<Record<string, unknown>>(influx, flux, SINCE);
  return rows.map((row) => ({
    ...Object.fromEntries(
      Object.entries(row)
        .filter(([name, value]) => !/^(result|table|_(?!_).*)$/.test(name) && value !== null && value !== '')
        // Flux answers in CSV, whose newlines are two characters.
        .map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\r\n', '\n') : value]),
    ),
    timeSeconds: secondsOf(row),
  }));
}

const influxStore = (
  influx: Pick<UsedInfluxDb, 'url' | 'org' | 'bucket' | 'token'>,
  { environment, attempts = 1 }: { environment?: RetryEnvironment; attempts?: number } = {},
) =>
  new InfluxDbResultStore({
    url: influx.url,
    organization: influx.org,
    bucket: influx.bucket,
    token: influx.token,
    batchLines: 5000,
    timeoutMilliseconds: 10_000,
    retries: { attempts, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 5 },
    ...(environment ? { environment } : {}),
  });

describe('the NDJSON result store', () => {
  behavesAsResultStore(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-results-'));
    const path = join(directory, 'sub', 'verdicts.ndjson');
    return {
      store: new NdjsonResultStore(path),
      async read(measurement) {
        const text = await readFile(path, 'utf8').catch(() => '');
        const rows: ReadRecord[] = text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line));
        return rows.filter((row) => row.measurement === measurement);
      },
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
    };
  });

  it('keeps labels as they are', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-results-'));
    const path = join(directory, 'verdicts.ndjson');
    const labels = { path: 'C:\\', text: 'a "b"\nc', metric: 'own', empty: '' };
    await new NdjsonResultStore(path).write([verdictRecord(labels)]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ metric: 'cpu_usage', labels });
    await rm(directory, { recursive: true });
  });

  it('is unavailable where no file can be made, and says which', async () => {
    const store = new NdjsonResultStore('/dev/null/verdicts.ndjson');
    const written = store.write([verdictRecord({})]);
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow('/dev/null/verdicts.ndjson');
  });
});

describe.skipIf(await cannotHave('influxdb'))('the InfluxDB result store', () => {
  const said: unknown[] = [];
  beforeAll(() => {
    for (const method of ['log', 'info', 'warn', 'error'] as const)
      vi.spyOn(console, method).mockImplementation((...words) => said.push(words));
  });
  afterAll(() => {
    vi.restoreAllMocks();
    expect(said).toEqual([]);
  });

  behavesAsResultStore(async () => {
    const influx = await useInfluxDb();
    const store = influxStore(influx);
    return {
      store,
      read: (measurement) => rowsOf(influx, measurement),
      async [Symbol.asyncDispose]() {
        await store[Symbol.asyncDispose]();
        await influx[Symbol.asyncDispose]();
      },
    };
  });

  it('changes nothing by writing the same again', async () => {
    await using influx = await useInfluxDb();
    await using store = influxStore(influx);
    const records = [
      verdictRecord({ a: '1' }),
      alertRecord({ a: '1' }),
      tickRecord({ faults: 0 }),
      evaluationRecord({ recall: 0.5 }),
      evaluationRecallRecord({ kind: 'spike', size: 'small' }),
    ];
    const read = () => Promise.all(records.map(({ measurement }) => rowsOf(influx, measurement)));
    await store.write(records);
    const before = await read();
    await store.write(records);
    await using another = influxStore(influx);
    await another.write(records.toReversed());
    expect(await read()).toEqual(before);
    expect(before.map((rows) => rows.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it('brings odd labels through', async () => {
    await using influx = await useInfluxDb();
    await using store = influxStore(influx);
    const values = {
      spaces: ' a  b ',
      comma: 'a,b',
      equals: 'a=b=',
      quotes: '"a" \'b\'',
      backslash: 'C:\\dir\\,x\\ y\\=z',
      unicode: 'naïve 日本 🔥 \u200b',
      injection: 'x value=1 1\nverdict,metric=fake value=666',
      'odd name, with=all': 'v',
      long: 'x'.repeat(2000),
    };
    await store.write([verdictRecord({ ...values, empty: '' })]);
    const rows = await rowsOf(influx, 'verdict');
    expect(rows).toHaveLength(1);
    const { injection, ...plain } = values;
    expect(rows[0]).toMatchObject({ ...plain, metric: 'cpu_usage', value: 0.75 });
    // Line protocol has no newline in a tag.
    expect(rows[0]?.injection).toBe(injection.replace('\n', '\\n'));
    expect(rows[0]).not.toHaveProperty('empty');
  });

  it('keeps series apart whose labels differ by a backslash at the end alone', async () => {
    await using influx = await useInfluxDb();
    await using store = influxStore(influx);
    const volumes = ['C:', 'C:\\', 'C:\\\\'];
    await store.write(volumes.map((volume, index) => verdictRecord({ volume, zone: 'z' }, { value: index })));
    const rows = await rowsOf(influx, 'verdict');
    expect(rows.map(({ value }) => value).toSorted()).toEqual([0, 1, 2]);
    expect(rows.every(({ zone }) => zone === 'z')).toBe(true);
  });

  it('renames labels that clash with its own tags, fields and columns, without merging any two', async () => {
    await using influx = await useInfluxDb();
    await using store = influxStore(influx);
    const names = ['metric', 'metric_', 'metric__', 'kind', 'simulated', 'time', '_field', '_measurement'];
    const columns = [
      'value',
      'score',
      'anomalous',
      '_time',
      '_value',
      '_start',
      'result',
      'table',
      '__name__',
    ];
    const labels = Object.fromEntries([...names, ...columns].map((name) => [name, `label ${name}`]));
    await store.write([verdictRecord(labels), alertRecord(labels)]);
    for (const measurement of ['verdict', 'alert']) {
      const [row, ...others] = await rowsOf(influx, measurement);
      expect(others).toEqual([]);
      expect(row).toMatchObject({
        metric: 'cpu_usage',
        value: 0.75,
        score: 3.25,
        timeSeconds: START_SECONDS,
      });
      expect(row).toMatchObject({
        metric_: 'label metric',
        metric__: 'label metric_',
        value_: 'label value',
      });
    }
  });

  it('takes every character of a label', async () => {
    await using influx = await useInfluxDb();
    await using store = influxStore(influx);
    const characters = Array.from({ length: 0x250 }, (_, code) => String.fromCodePoint(code));
    await store.write(
      characters.flatMap((character, index) => {
        const at = { timeSeconds: START_SECONDS + index };
        return [
          verdictRecord({ label: `a${character}b` }, at),
          verdictRecord({ label: `${character}` }, at, 'alone'),
          verdictRecord({ label: 'x', next: `${character}${character}` }, at, `m${character}`),
        ];
      }),
    );
    expect(await rowsOf(influx, 'verdict')).toHaveLength(3 * characters.length);
  });

  it('stores all lines but those that InfluxDB can not parse, which are named, in two requests', async () => {
    await using influx = await useInfluxDb();
    await using proxy = await faultProxy(influx.url);
    let requests = 0;
    proxy.faultFor = () => {
      requests += 1;
      return undefined;
    };
    await using store = influxStore({ ...influx, url: proxy.url });
    const records = Array.from({ length: 1000 }, (_, index) =>
      verdictRecord({ host: 'good' }, { timeSeconds: START_SECONDS + index }),
    );
    // Beyond what InfluxDB takes for a time.
    for (const index of [7, 613, 614])
      records[index] = verdictRecord({ host: 'bad' }, { timeSeconds: 1e13 + index });
    const error = await store.write(records).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultsRejectedError);
    expect(error).toMatchObject({ rejectedCount: 3, message: expect.stringContaining('host=bad') });
    expect(requests).toBe(2);
    const rows = await rowsOf(influx, 'verdict');
    expect(rows.filter(({ host }) => host === 'good')).toHaveLength(997);
  });

  it('stores everything through a proxy that takes little at once', async () => {
    await using influx = await useInfluxDb();
    await using proxy = await faultProxy(influx.url);
    const LIMIT_BYTES = 20_000;
    const sizes: number[] = [];
    proxy.faultFor = (_, body) => {
      sizes.push(body.length);
      if (body.length <= LIMIT_BYTES) return undefined;
      const page = '<html><head><title>413 Request Entity Too Large</title></head></html>';
      return { kind: 'answer', status: 413, type: 'text/html', body: page };
    };
    await using store = influxStore({ ...influx, url: proxy.url });
    const write = (from: number) =>
      store.write(
        Array.from({ length: 6000 }, (_, index) =>
          verdictRecord({ host: `h${index % 7}` }, { timeSeconds: START_SECONDS + from + index }),
        ),
      );
    await write(0);
    expect(sizes[0]).toBeGreaterThan(LIMIT_BYTES);
    const refused = proxy.faultCount;
    await write(6000);
    // What the first write found out, the next one knows.
    expect(proxy.faultCount).toBe(refused);
    expect(await rowsOf(influx, 'verdict')).toHaveLength(12_000);
  });

  it('reports how many points were refused for a conflict of types, and stores the others of all batches', async () => {
    await using influx = await useInfluxDb();
    // A field has one type in all series of a shard, and a shard holds a week.
    const otherMonthSeconds = START_SECONDS + 30 * 86_400;
    await fetch(`${influx.url}/api/v2/write?org=${influx.org}&bucket=${influx.bucket}&precision=s`, {
      method: 'POST',
      headers: { authorization: `Token ${influx.token}` },
      body: `verdict,metric=cpu_usage,host=bad value="a text" ${otherMonthSeconds}`,
    });
    await using store = influxStore(influx);
    const records = Array.from({ length: 10_004 }, (_, index) => {
      const isBad = index % 5001 === 7;
      const timeSeconds = isBad ? otherMonthSeconds + index : START_SECONDS + index;
      return verdictRecord({ host: isBad ? 'bad' : 'good' }, { timeSeconds });
    });
    const written = store.write(records);
    await expect(written).rejects.toThrow(ResultsRejectedError);
    await expect(written).rejects.toThrow(/conflict/);
    await expect(written).rejects.toMatchObject({ rejectedCount: 2 });
    // influxd answers with the first shard's refusal while the other shards' points are still on their way.
    const goodOnes = async () =>
      (await rowsOf(influx, 'verdict')).filter(({ host }) => host === 'good').length;
    await expect.poll(goodOnes).toBe(10_002);
  });

  it('reports points that are older than the retention', async () => {
    await using influx = await useInfluxDb({ retentionSeconds: 3600 });
    await using store = influxStore(influx);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const written = store.write([
      verdictRecord({ host: 'a' }),
      verdictRecord({ host: 'a' }, { timeSeconds: nowSeconds }),
    ]);
    await expect(written).rejects.toThrow(ResultsRejectedError);
    await expect(written).rejects.toMatchObject({ rejectedCount: 1 });
    expect(await rowsOf(influx, 'verdict')).toHaveLength(1);
  });

  it.each([
    ['a wrong token', { token: 'wrong' }, /401.*results\.influxdb\.token|401.*results\.token/],
    ['an unknown bucket', { bucket: 'no-such-bucket' }, /404.*create the bucket/],
    ['an unknown organization', { org: 'nobody' }, /404.*organization/],
  ])('is unavailable with %s, and says what to mend, at once', async (_, wrong, advice) => {
    await using influx = await useInfluxDb();
    const pauses: number[] = [];
    const environment = quickly(pauses);
    await using store = influxStore({ ...influx, ...wrong }, { environment, attempts: 4 });
    const written = store.write([verdictRecord({})]);
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow(advice);
    expect(pauses).toEqual([]);
  });

  it('is unavailable while the server is down, and writes the same records when it is back', async () => {
    await using server = await startServer('influxdb');
    const influx = server.address;
    const used = { ...influx, orgId: '', bucketId: '', [Symbol.asyncDispose]: async () => {} };
    await using store = influxStore(influx);
    const records = Array.from({ length: 6000 }, (_, index) =>
      verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + index }),
    );
    await store.write(records.slice(0, 10));
    await server.kill();
    const written = store.write(records);
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow(/can't be reached.*check that it runs/);
    expect(await store.check()).toMatchObject({ isUp: false, detail: expect.stringContaining(influx.url) });
    await server.start();
    await store.write(records);
    expect(await rowsOf(used, 'verdict')).toHaveLength(6000);
  });

  it('gets through by its own retries when the server is killed and comes back in the middle', async () => {
    await using server = await startServer('influxdb');
    const influx = server.address;
    const used = { ...influx, orgId: '', bucketId: '', [Symbol.asyncDispose]: async () => {} };
    let pauses = 0;
    const environment: RetryEnvironment = {
      remainingMilliseconds: () => Infinity,
      random: () => 0,
      async sleep() {
        pauses += 1;
        if (pauses === 2) await server.start();
      },
    };
    await using store = influxStore(influx, { environment, attempts: 4 });
    await server.kill();
    await store.write([verdictRecord({ host: 'a' })]);
    expect(pauses).toBe(2);
    expect(await rowsOf(used, 'verdict')).toHaveLength(1);
  });

  it('waits as many seconds as a busy server asks for', async () => {
    await using server = await answering([
      { status: 503, headers: { 'retry-after': '7' }, body: '{"code":"unavailable","message":"busy"}' },
      { status: 204 },
    ]);
    const pauses: number[] = [];
    await using store = influxStore(
      { url: server.url, org: 'o', bucket: 'b', token: 't' },
      { environment: quickly(pauses), attempts: 3 },
    );
    await store.write([verdictRecord({ host: 'a' })]);
    expect(pauses).toEqual([7000]);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
  });

  it('gives up on a server that stays busy, with what it said', async () => {
    await using server = await answering([{ status: 503, body: '{"message":"compacting"}' }]);
    await using store = influxStore(
      { url: server.url, org: 'o', bucket: 'b', token: 't' },
      { environment: quickly([]), attempts: 3 },
    );
    await expect(store.write([verdictRecord({})])).rejects.toThrow(/503.*compacting/);
    expect(server.requests).toHaveLength(3);
  });
});

/** Pauses are noted, not taken. */
function quickly(pauses: number[]): RetryEnvironment {
  return {
    remainingMilliseconds: () => Infinity,
    random: () => 0,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
    },
  };
}
