import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CircuitBreaker } from '../../lib/connections/circuit-breaker.ts';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { queryAnswerable } from '../../lib/sources/answerable-steps.ts';
import { csvSource } from '../../lib/sources/csv/csv-source.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { manualSource } from '../../lib/sources/manual/manual-source.ts';
import { PrometheusSource } from '../../lib/sources/prometheus/prometheus-source.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { SimulationSource } from '../../lib/sources/simulation/simulation-source.ts';
import { backfill } from '../services/backfill.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { type Answer, answering } from './http-answers.ts';
import {
  behavesAsSeriesSource,
  COUNT,
  range,
  START,
  STEP,
  timesOf,
  valuesOf,
} from './series-source-behaviour.ts';

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

const sourceAt = (url: string, options: { attempts?: number; timeoutMilliseconds?: number } = {}) => {
  const { attempts = 1, timeoutMilliseconds = 10_000 } = options;
  const pauses: number[] = [];
  const source = new PrometheusSource({
    url,
    timeoutMilliseconds,
    retries: { attempts, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 2 },
    environment: {
      remainingMilliseconds: () => Infinity,
      random: () => 0,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
  });
  return { source, pauses };
};

describe.skipIf(await cannotHave('prometheus'))('the Prometheus source', () => {
  let dataDirectory = '';
  let server: Awaited<ReturnType<typeof startServer<'prometheus'>>> | undefined;
  const source = () => sourceAt(server!.address.url).source;
  const every = (value: (index: number) => number) =>
    Array.from({ length: COUNT }, (_, index) => [START + index * STEP, value(index)] as const);
  const oddLabels = { path: 'C:\\dir', text: 'a "b"\nc', unicode: 'naïve 日本 🔥' };

  beforeAll(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'tidemark-prometheus-'));
    await backfill(dataDirectory, [
      { name: 'cpu', labels: { host: 'a' }, samples: every((index) => index / 3) },
      { name: 'cpu', labels: { host: 'b' }, samples: every((index) => -1e21 * (index + 1)) },
      // Twenty minutes without a sample: more than the five that Prometheus looks back.
      { name: 'gap', labels: {}, samples: every(() => 1).filter((_, index) => index < 40 || index >= 60) },
      { name: 'pod_memory', labels: { pod: 'x' }, samples: every((index) => index) },
      { name: 'pod_node', labels: { pod: 'x', node: 'one' }, samples: every(() => 1) },
      // A second one for a short while, as while two exporters overlap: Prometheus looks back five minutes more.
      {
        name: 'pod_node',
        labels: { pod: 'x', node: 'two' },
        samples: every(() => 1).filter((_, index) => index >= 70 && index < 73),
      },
      { name: 'odd', labels: oddLabels, samples: every(() => 1) },
      {
        name: 'special',
        labels: {},
        samples: every((index) => [Number.NaN, Infinity, -Infinity, 4][index % 4]!),
      },
    ]);
    server = await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(dataDirectory, { recursive: true, force: true });
  });

  behavesAsSeriesSource(source, 'cpu');

  it('gives the values that were scraped, to the last bit', async () => {
    const { series, warnings } = await source().queryRange({ query: 'cpu', ...range });
    const byHost = new Map(series.map((one) => [one.labels.host, valuesOf(one)]));
    expect(byHost.get('a')).toEqual(every((index) => index / 3).map(([, value]) => value));
    expect(byHost.get('b')).toEqual(every((index) => -1e21 * (index + 1)).map(([, value]) => value));
    expect(warnings).toEqual([]);
  });

  it('gives labels as they are, the name included', async () => {
    const { series } = await source().queryRange({ query: 'odd', ...range });
    expect(series.map(({ labels }) => labels)).toEqual([{ __name__: 'odd', ...oddLabels }]);
  });

  it('leaves out the steps that have no sample', async () => {
    const { series } = await source().queryRange({ query: 'gap', ...range });
    const times = timesOf(series[0]!);
    const missing = every(() => 0)
      .map(([time]) => time)
      .filter((time) => !times.includes(time));
    // Prometheus looks back five minutes, so the gap begins later than the outage.
    expect(missing).toEqual(Array.from({ length: 15 }, (_, index) => START + (45 + index) * STEP));
  });

  it('reads NaN and both infinities', async () => {
    const { series } = await source().queryRange({
      query: 'special',
      ...range,
      endSeconds: START + 3 * STEP,
    });
    expect(series.map(valuesOf)).toEqual([[Number.NaN, Infinity, -Infinity, 4]]);
  });

  it('has an empty answer for a query without series', async () => {
    expect(await source().queryRange({ query: 'nothing_of_the_kind', ...range })).toMatchObject({
      series: [],
      warnings: [],
    });
  });

  it('is refused a range for the steps at which a join has two partners, and answers all others', async () => {
    const query = 'pod_memory * on (pod) group_left (node) pod_node';
    await expect(source().queryRange({ query, ...range })).rejects.toMatchObject({ isOfSteps: true });
    const { series, refused = [] } = await queryAnswerable(source(), { query, ...range });
    const answered = new Set(series.flatMap(timesOf));
    const given = every(() => 0)
      .map(([time]) => time)
      .filter((time) =>
        refused.some(({ startSeconds, endSeconds }) => time >= startSeconds && time <= endSeconds),
      );
    expect(given[0]).toBe(START + 70 * STEP);
    expect(given.length).toBeLessThan(10);
    expect(answered.size + given.length).toBe(COUNT);
    expect(given.every((time) => !answered.has(time))).toBe(true);
  });

  it('is up for its circuit as long as it answers a cheap query, however many others fail', async () => {
    const breaker = new CircuitBreaker({ failures: 2, pauseMilliseconds: 1e9 }, () => 0);
    let isFailing = true;
    const transport = new HttpTransport();
    const open = new PrometheusSource({
      url: server!.address.url,
      timeoutMilliseconds: 10_000,
      retries: { attempts: 1, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 },
      breaker,
      transport: {
        post: async (request) => {
          if (isFailing && request.url.pathname.endsWith('query_range')) throw new Error('socket hang up');
          return transport.post(request);
        },
      },
    });
    for (let count = 0; count < 10; count += 1)
      await expect(open.queryRange({ query: 'cpu', ...range })).rejects.toThrow('socket hang up');
    isFailing = false;
    expect((await open.queryRange({ query: 'cpu', ...range })).series).toHaveLength(2);
  });

  it('takes a query that is longer than an address may be', async () => {
    const hosts = Array.from({ length: 5000 }, (_, index) => `host-${index}`).join('|');
    const { series } = await source().queryRange({ query: `cpu{host=~"a|${hosts}"}`, ...range });
    expect(series).toHaveLength(1);
  });

  it.each([
    ['does not parse', 'rate(cpu[5m]', /parse error.*unclosed left parenthesis/],
    ['has the wrong type', 'cpu[5m]', /invalid expression type "range vector"/],
    ['fails while it runs', 'cpu * on () group_left () cpu', /many-to-many|duplicate series/],
  ])("refuses a query that %s in Prometheus' own words, with the query", async (_, query, words) => {
    const { source: retrying, pauses } = sourceAt(server!.address.url, { attempts: 3 });
    const asked = retrying.queryRange({ query, ...range });
    await expect(asked).rejects.toThrow(SourceQueryError);
    await expect(asked).rejects.toThrow(words);
    await expect(asked).rejects.toThrow(query);
    expect(pauses).toEqual([]);
  });

  it('answers more points than Prometheus gives at once, as if it were one answer', async () => {
    const steps = 23_000;
    const asked = { ...range, startSeconds: START - (steps - 1) * STEP, endSeconds: START };
    const { series } = await source().queryRange({ query: 'vector(1)', ...asked });
    const times = series[0]?.samples.timesSeconds ?? new Float64Array();
    expect([times.length, times[0], times.at(-1)]).toEqual([steps, asked.startSeconds, START]);
    expect(times.every((time, index) => time === asked.startSeconds + index * STEP)).toBe(true);
  });

  it('is unavailable while the server is down, and answers again when it is back', async () => {
    await server!.kill();
    const asked = source().queryRange({ query: 'cpu', ...range });
    await expect(asked).rejects.toThrow(SourceUnavailableError);
    await expect(asked).rejects.toThrow(/query_range can't be reached: /);
    expect(await source().check()).toMatchObject({ isUp: false });
    await server!.start();
    expect((await source().queryRange({ query: 'cpu', ...range })).series).toHaveLength(2);
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
