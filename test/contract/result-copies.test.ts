import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeTick } from '../../lib/compose/tick.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { type FaultProxy, faultProxy } from './tick/fault-proxy.ts';

const TICKS = 30;
/** Ticks in which the copies can't be written. */
const [OUTAGE_BEGINS, OUTAGE_ENDS] = [8, 20];
const SINCE = '-2d';

/** A sample in a store: series, time and value. */
type Stored = `${string} ${number} ${number}`;

describe.skipIf(await cannotHave('influxdb', 'prometheus'))('results with copies', () => {
  const stack = new AsyncDisposableStack();
  let folder: string;
  let prometheus: Awaited<ReturnType<typeof startServer<'prometheus'>>>;
  let hanging: FaultProxy;
  let failing: FaultProxy;
  const lastSeconds = Math.floor(Date.now() / 60_000) * 60 - 120;
  const tickSeconds = (tick: number) => lastSeconds - (TICKS - 1 - tick) * 60;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-copies-'));
    stack.defer(() => rm(folder, { recursive: true }));
    prometheus = stack.use(await startServer('prometheus'));
    hanging = stack.use(await faultProxy(prometheus.address.url));
    hanging.faultFor = () => ({ kind: 'hang' });
    failing = stack.use(await faultProxy(prometheus.address.url));
    failing.faultFor = () => ({ kind: 'answer', status: 500, type: 'text/plain', body: 'out of order' });
  });
  afterAll(() => stack.disposeAsync());

  const configurationOf = (influx: UsedInfluxDb, name: string, resultCopies: object) =>
    configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'cpu' }],
      models: { kind: 'filesystem', directory: join(folder, name) },
      results: {
        kind: 'influxdb',
        url: influx.url,
        org: influx.org,
        bucket: influx.bucket,
        token: { env: 'TOKEN' },
      },
      resultCopies,
    });
  const runtimeOf = ({ token }: UsedInfluxDb) => ({
    logger: silentLogger,
    environment: { TOKEN: token, WRONG_TOKEN: 'wrong' },
    remainingMilliseconds: () => Infinity,
  });

  /** Runs all ticks; the process is another one after `OUTAGE_ENDS`. @returns the summaries. */
  async function run(
    influx: UsedInfluxDb,
    configuration: ReturnType<typeof configurationOf>,
    before: (tick: number) => Promise<void> = async () => {},
  ) {
    const summaries = [];
    for (const [first, end] of [
      [0, OUTAGE_ENDS],
      [OUTAGE_ENDS, TICKS],
    ] as const) {
      await using tick = await composeTick(configuration, runtimeOf(influx));
      for (let number = first; number < end; number += 1) {
        await before(number);
        summaries.push(await tick.collectAndDetect(0, tickSeconds(number), false));
        // One tick after the other, as when a minute lies between them.
        await tick.ports.copies?.settled();
      }
    }
    return summaries;
  }

  async function inInfluxDb(influx: UsedInfluxDb): Promise<Stored[]> {
    const rows = await queryInfluxDb<{ series: string; _time: string; _value: number }>(
      influx,
      '|> filter(fn: (r) => r._measurement == "verdict" and r._field == "value")',
      SINCE,
    );
    return rows
      .map(({ series, _time, _value }): Stored => `${series} ${Date.parse(_time) / 1000} ${_value}`)
      .toSorted();
  }

  async function inPrometheus(): Promise<Stored[]> {
    const query = encodeURIComponent('tidemark_value[2d]');
    const answer = await fetch(
      `${prometheus.address.url}/api/v1/query?query=${query}&time=${lastSeconds + 60}`,
    );
    const { data } = (await answer.json()) as {
      data: { result: { metric: { series: string }; values: [number, string][] }[] };
    };
    return data.result
      .flatMap(({ metric, values }) =>
        values.map(([time, value]): Stored => `${metric.series} ${time} ${Number(value)}`),
      )
      .toSorted();
  }

  async function linesIn(file: string): Promise<number> {
    const text = await readFile(file, 'utf8');
    return text.split('\n').filter((line) => line.startsWith('{"measurement":"verdict"')).length;
  }

  it('are in InfluxDB, Prometheus and a file at once, complete after Prometheus was stopped and started', async () => {
    await using influx = await useInfluxDb();
    await using alone = await useInfluxDb();
    const directory = join(folder, 'files');
    const configuration = configurationOf(influx, 'both', {
      metrics: {
        kind: 'prometheus-remote-write',
        url: `${prometheus.address.url}/api/v1/write`,
        retries: 0,
      },
      files: { kind: 'ndjson', directory },
    });
    const summaries = await run(influx, configuration, async (tick) => {
      if (tick === OUTAGE_BEGINS) await prometheus.kill();
      if (tick === OUTAGE_ENDS) await prometheus.start();
    });
    expect(summaries.some(({ copies }) => (copies?.spooled ?? 0) > 0)).toBe(true);
    expect(summaries.every(({ recordsSpooled }) => recordsSpooled === 0)).toBe(true);
    const expected = await inInfluxDb(influx);
    expect(expected.length).toBeGreaterThan(TICKS);
    expect(await inPrometheus()).toEqual(expected);
    // Lines of verdicts without a value are not in the others.
    expect(await linesIn(join(directory, 'verdicts.ndjson'))).toBeGreaterThanOrEqual(expected.length);
    // The record is what it would be without copies.
    await run(alone, configurationOf(alone, 'alone', {}));
    expect(await inInfluxDb(alone)).toEqual(expected);
  });

  it('lose nothing and wait for nothing when a copy hangs, fails, is missing, or refuses its token', async () => {
    await using influx = await useInfluxDb();
    await using alone = await useInfluxDb();
    const writeTo = (url: string) => ({ kind: 'prometheus-remote-write', url, retries: 0, timeout: '1s' });
    const configuration = configurationOf(influx, 'troubled', {
      hanging: writeTo(`${hanging.url}/api/v1/write`),
      failing: writeTo(`${failing.url}/api/v1/write`),
      missing: writeTo('http://127.0.0.1:9/api/v1/write'),
      refusing: {
        kind: 'influxdb',
        url: influx.url,
        org: influx.org,
        bucket: 'another',
        token: { env: 'WRONG_TOKEN' },
      },
      unset: { kind: 'influxdb', url: influx.url, bucket: 'third', token: { env: 'NOWHERE' } },
    });
    const summaries = await run(influx, configuration);
    await run(alone, configurationOf(alone, 'untroubled', {}));
    expect(await inInfluxDb(influx)).toEqual(await inInfluxDb(alone));
    expect(summaries.every(({ recordsSpooled }) => recordsSpooled === 0)).toBe(true);
    // A copy that hangs is asked once by each process, and then left alone for a minute.
    expect(hanging.faultCount).toBeGreaterThan(0);
    expect(hanging.faultCount).toBeLessThan(TICKS);
    expect(failing.faultCount).toBeGreaterThan(0);
  });
});
