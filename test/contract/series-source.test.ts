import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvSource } from '../../lib/sources/csv/csv-source.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { manualSource } from '../../lib/sources/manual/manual-source.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';
import { type Answer, answering } from './http-answers.ts';
import { behavesAsSeriesSource, COUNT, range, START, STEP, valuesOf } from './series-source-behaviour.ts';
import { sourceAt } from './servers/source-at.ts';

describe('the simulation source', () => {
  behavesAsSeriesSource(() => new SimulationSource(() => cpuScenario(7, 3)), 'cpu');

  it('says that its samples are simulated', () => {
    expect(new SimulationSource(() => []).isSimulated).toBe(true);
  });

  it('has an empty answer for a query without series', async () => {
    const source = new SimulationSource((query) => (query === 'cpu' ? cpuScenario(7, 1) : []));
    expect(await source.queryRange({ query: 'other', ...range })).toEqual({ series: [], warnings: [] });
  });
});

describe('what was recorded', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-recorded-'));
    const samples = Array.from({ length: COUNT }, (_, index) =>
      ['a', 'b'].map((host) => ({
        host,
        time: START + index * STEP,
        value: index + (host === 'b' ? 0.5 : 0),
      })),
    ).flat();
    const rows = samples.map(({ host, time, value }) => `${time},${host},${value}\n`);
    await writeFile(join(folder, 'cpu.csv'), `timestamp,host,value\n${rows.join('')}`);
    const lines = samples.map(({ host, time, value }) =>
      JSON.stringify({ metric: 'cpu', labels: { host }, time, value }),
    );
    await writeFile(join(folder, 'cpu.ndjson'), lines.join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  describe('in a CSV file', () => {
    const columns = {
      timeColumn: 'timestamp',
      valueColumn: 'value',
      labelColumns: ['host'],
      timeZone: 'UTC',
    };
    behavesAsSeriesSource(() => csvSource({ path: join(folder, 'cpu.csv'), ...columns }), 'cpu');
  });

  describe('and handed in', () => {
    const path = () => join(folder, 'cpu.ndjson');
    behavesAsSeriesSource(() => manualSource({ path: path(), standardInput: process.stdin }), 'cpu');
  });
});

const success = (result: unknown, more: object = {}): Answer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, ...more }),
});
const good = success([{ metric: { host: 'a' }, values: [[START, '1.5']] }]);
const html: Answer = {
  headers: { 'content-type': 'text/html' },
  body: '<html><title>Sign in</title></html>',
};

describe('the Prometheus source in front of a server that fails', () => {
  it.each<[string, Answer]>([
    ['a 500', { status: 500, body: 'boom' }],
    ['a 502 page of a proxy', { ...html, status: 502 }],
    ['a 503', { status: 503 }],
    ['a 429', { status: 429 }],
    ['a page instead of JSON', html],
    ['JSON that is cut', { body: good.body!.slice(0, 60) }],
    ['a connection that is cut', { ...good, isCut: true }],
    ['an empty body', {}],
    ['JSON of something else', { body: '{"hello":"world"}' }],
    [
      'a timeout in the engine',
      { status: 503, body: '{"status":"error","errorType":"timeout","error":"too slow"}' },
    ],
    ['a vector', { body: '{"status":"success","data":{"resultType":"vector","result":[]}}' }],
    ['a series without values', success([{ metric: {} }])],
    ['a sample that is no pair', success([{ metric: {}, values: [null] }])],
    ['a value that is no number', success([{ metric: {}, values: [[START, 'many']] }])],
  ])('asks again after %s, and takes the answer that comes', async (_, fault) => {
    await using server = await answering([fault, fault, good]);
    const { source, pauses } = sourceAt(server.url, { attempts: 3 });
    const { series } = await source.queryRange({ query: 'cpu', ...range });
    expect(series.map(valuesOf)).toEqual([[1.5]]);
    expect(pauses).toHaveLength(2);
  });

  it.each<[string, Answer, RegExp]>([
    ['a 500', { status: 500, body: 'boom' }, /answered 500 .*boom/],
    ['a page', html, /not JSON.*Sign in/],
    ['JSON that is cut', { body: good.body!.slice(0, 60) }, /not JSON/],
    ['an empty body', {}, /an empty body/],
    ['a connection that is cut', { ...good, isCut: true }, /can't be reached/],
  ])('is unavailable when %s is all that comes, and shows it', async (_, fault, words) => {
    await using server = await answering([fault]);
    const { source } = sourceAt(server.url, { attempts: 2 });
    const asked = source.queryRange({ query: 'cpu', ...range });
    await expect(asked).rejects.toThrow(SourceUnavailableError);
    await expect(asked).rejects.toThrow(words);
    expect(server.requests).toHaveLength(2);
  });

  it('gives up on a server that hangs', async () => {
    await using server = await answering([{ hangs: true }]);
    const { source } = sourceAt(server.url, { timeoutMilliseconds: 50 });
    const asked = source.queryRange({ query: 'cpu', ...range });
    await expect(asked).rejects.toThrow(SourceUnavailableError);
    await expect(asked).rejects.toThrow('no answer within 50 ms');
  });

  it('waits as many seconds as a busy server asks for', async () => {
    await using server = await answering([{ status: 503, headers: { 'retry-after': '7' } }, good]);
    const { source, pauses } = sourceAt(server.url, { attempts: 2 });
    await source.queryRange({ query: 'cpu', ...range });
    expect(pauses).toEqual([7000]);
  });

  it('ends at once when the caller ends it', async () => {
    await using server = await answering([{ hangs: true }]);
    const { source, pauses } = sourceAt(server.url, { attempts: 3 });
    const ending = new AbortController();
    const asked = source.queryRange({ query: 'cpu', ...range }, ending.signal);
    ending.abort(new Error('the invocation ends'));
    await expect(asked).rejects.toThrow('the invocation ends');
    expect(pauses).toEqual([]);
  });

  it.each([401, 403])('takes %i for a fault of the configuration, not of the moment', async (status) => {
    await using server = await answering([{ status }]);
    const { source } = sourceAt(server.url, { attempts: 3 });
    const asked = source.queryRange({ query: 'cpu', ...range });
    await expect(asked).rejects.toThrow(SourceQueryError);
    await expect(asked).rejects.toThrow('source.auth');
    expect(server.requests).toHaveLength(1);
  });

  it("passes on the server's warnings of partial data", async () => {
    await using server = await answering([success([], { warnings: ['store-2 did not answer'] })]);
    const { warnings } = await sourceAt(server.url).source.queryRange({ query: 'cpu', ...range });
    expect(warnings).toEqual(['store-2 did not answer']);
  });

  it('says what to do with native histograms', async () => {
    await using server = await answering([success([{ metric: {}, histograms: [] }])]);
    const asked = sourceAt(server.url).source.queryRange({ query: 'cpu', ...range });
    await expect(asked).rejects.toThrow(/histogram_quantile/);
  });

  it('keeps the path of its address', async () => {
    await using server = await answering([good]);
    await sourceAt(`${server.url}/tenant/prometheus/`).source.queryRange({ query: 'cpu', ...range });
    expect(server.requests[0]?.path).toBe('/tenant/prometheus/api/v1/query_range');
  });
});
