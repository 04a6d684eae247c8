import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectAndDetect, type TickPorts } from '../../lib/pipeline/tick/collect-and-detect.ts';
import type { TickPhase } from '../../lib/pipeline/tick/tick.ts';
import { ObjectConflictError } from '../../lib/storage/errors.ts';
import { S3ObjectStore } from '../../lib/storage/s3-object-store.ts';
import { backfill } from '../services/backfill.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { cannotHave, useInfluxDb, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { type Fault, faultProxy } from './tick/fault-proxy.ts';
import type { TickOrders } from './tick/tick-process.ts';
import {
  APPEARS_AT,
  s3,
  stateDigest,
  storedHealth,
  type TickWorld,
  TROUBLE_AT,
  tickAt,
  tickPorts,
  tickTime,
} from './tick/tick-world.ts';

/** Long enough for the incident to end before the last tick. */
const TICKS = Array.from({ length: 30 }, (_, count) => count);
const ROUNDS = 200;

/** What a run left behind for people to see, and for the next tick to go on from. */
interface Remains {
  readonly points: readonly string[];
  readonly sent: readonly string[];
  readonly state: string;
}

let scratch = '';
let prometheus: Awaited<ReturnType<typeof startServer<'prometheus'>>>;
let expected: Remains;

async function makeWorld(influx?: TickWorld['influx']): Promise<TickWorld & AsyncDisposable> {
  const used = influx ?? (await useInfluxDb());
  const { endpoint } = await useService('cloud');
  const stateBucket = `tick-${randomUUID()}`;
  await s3({ cloudUrl: endpoint }).send(new CreateBucketCommand({ Bucket: stateBucket }));
  return {
    prometheusUrl: prometheus.address.url,
    influx: { url: used.url, token: used.token, org: used.org, bucket: used.bucket },
    cloudUrl: endpoint,
    stateBucket,
    alertsFile: join(scratch, `${stateBucket}.alerts`),
    async [Symbol.asyncDispose]() {
      if ('bucketId' in used) await (used as Awaited<ReturnType<typeof useInfluxDb>>)[Symbol.asyncDispose]();
    },
  };
}

/** Ticks that may fail: what they throw is returned by tick. */
async function runTicks(
  ports: TickPorts,
  ticks: readonly number[],
  before: (tick: number) => Promise<void> | void = () => {},
): Promise<Map<number, Error>> {
  const errors = new Map<number, Error>();
  for (const tick of ticks) {
    await before(tick);
    await collectAndDetect(ports, tickAt(tickTime(tick))).catch((error: Error) => errors.set(tick, error));
  }
  return errors;
}

/** Runs the ticks, none of which may fail. @returns the alerts that each tick sent. */
async function alertsByTick(
  world: TickWorld,
  ticks: readonly number[],
  before: (tick: number) => Promise<void> | void = () => {},
): Promise<Map<number, readonly string[]>> {
  const ports = tickPorts(world);
  const sent = new Map<number, readonly string[]>();
  let known = 0;
  for (const tick of ticks) {
    expect(await runTicks(ports, [tick], before)).toEqual(new Map());
    const lines = existsSync(world.alertsFile)
      ? readFileSync(world.alertsFile, 'utf8').trim().split('\n')
      : [];
    if (lines.length > known) sent.set(tick, lines.slice(known));
    known = lines.length;
  }
  return sent;
}

async function remainsOf(world: TickWorld): Promise<Remains> {
  const rows = await queryInfluxDb<Record<string, unknown>>(
    world.influx,
    '|> filter(fn: (r) => r._measurement == "verdict" or r._measurement == "alert") |> drop(columns: ["_start", "_stop"])',
    '2023-11-01T00:00:00Z',
  );
  const points = rows.map(({ result: _, table: _table, ...row }) =>
    JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
  const text = readFileSync(world.alertsFile, 'utf8');
  return {
    points: points.sort(),
    sent: text.trim().split('\n').sort(),
    state: await stateDigest(world),
  };
}

/** As the undisturbed run left it; the same notifications may have been sent more than once, with one id. */
async function expectUndisturbed(world: TickWorld): Promise<void> {
  const { points, sent, state } = await remainsOf(world);
  expect(points).toEqual(expected.points);
  expect([...new Set(sent)]).toEqual(expected.sent);
  expect(state).toBe(expected.state);
}

const answerSchema = z.object({
  data: z.object({ result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })) }),
});

/** An answer as Prometheus would have given it at that time: the newest sample stands for the next five minutes, then comes nothing. */
function until(nowSeconds: number, body: string): string {
  const answer = JSON.parse(body);
  const { data } = answerSchema.parse(answer);
  const result = data.result.flatMap(({ values }, index) => {
    const newest = values.findLast(([time]) => time <= nowSeconds);
    const seen = values.flatMap(([time, value]) => {
      if (time <= nowSeconds) return [[time, value]];
      return newest !== undefined && time <= nowSeconds + 300 ? [[time, newest[1]]] : [];
    });
    return seen.length === 0 ? [] : [{ ...answer.data.result[index], values: seen }];
  });
  return JSON.stringify({ ...answer, data: { ...answer.data, result } });
}

async function runProcess(orders: TickOrders): Promise<NodeJS.Signals | null> {
  const file = join(import.meta.dirname, 'tick/tick-process.ts');
  const child = spawn(process.execPath, [file, JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code !== 0 && signal === null) reject(new Error(`The ticks ended with ${code}: ${errors}`));
      else resolve(signal);
    });
  });
}

describe.skipIf(await cannotHave('prometheus', 'influxdb', 'cloud'))('a tick on real servers', () => {
  beforeAll(async () => {
    const { history } = await import('./tick/tick-world.ts');
    scratch = mkdtempSync(join(tmpdir(), 'tidemark-tick-faults-'));
    const dataDirectory = join(scratch, 'prometheus');
    await backfill(dataDirectory, history());
    prometheus = await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } });
    await using world = await makeWorld();
    const errors = await runTicks(tickPorts(world), TICKS);
    expect(errors).toEqual(new Map());
    expected = await remainsOf(world);
  });

  afterAll(async () => {
    await prometheus[Symbol.asyncDispose]();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('undisturbed, reports the incident once and ends it, and takes in the series that came later', () => {
    const kinds = expected.sent.map((line) => line.split(' ')[1]);
    expect(kinds).toContain('onset');
    expect(kinds).toContain('resolved');
    expect(new Set(expected.sent).size).toBe(expected.sent.length);
    const values = expected.points.filter(
      (point) => point.includes('["_field","value"]') && point.includes('["_measurement","verdict"]'),
    );
    // Three hosts and the queue from 29 steps before the first tick on, and the host that appears.
    expect(values).toHaveLength(4 * (30 + 29) + (30 - APPEARS_AT));
  });

  it('catches up after an InfluxDB that was killed and came back ten ticks later', async () => {
    await using influx = await startServer('influxdb');
    await using world = await makeWorld(influx.address);
    const errors = await runTicks(tickPorts(world), TICKS, async (tick) => {
      if (tick === 6) await influx.kill();
      if (tick === 16) await influx.start();
    });
    expect(errors).toEqual(new Map());
    await expectUndisturbed(world);
    const { results, source } = await storedHealth(world);
    expect(results).toMatchObject({
      state: 'up',
      sinceSeconds: tickTime(16),
      lastTrouble: { state: 'down', sinceSeconds: tickTime(6), untilSeconds: tickTime(16), ticks: 10 },
    });
    expect(source).toMatchObject({ state: 'up', sinceSeconds: tickTime(0) });
    const points = await queryInfluxDb<{ _time: string; _value: string; role: string }>(
      influx.address,
      '|> filter(fn: (r) => r._measurement == "health" and r._field == "state" and r._value != "up")',
      '2023-11-01T00:00:00Z',
    );
    // What the ticks of the outage wrote down of it came out of the spool.
    expect(points.map(({ _time }) => Date.parse(_time) / 1000)).toEqual(
      [7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map(tickTime),
    );
    for (const point of points) expect(point).toMatchObject({ role: 'results', _value: 'down' });
  });

  it('has every verdict and alert after an InfluxDB that was away for 90 minutes, and delayed no alert', async () => {
    const ticks = Array.from({ length: 3 + 90 + 10 }, (_, count) => count);
    await using alone = await makeWorld();
    const sentAlone = await alertsByTick(alone, ticks);
    await using influx = await startServer('influxdb');
    await using world = await makeWorld(influx.address);
    const sent = await alertsByTick(world, ticks, async (tick) => {
      if (tick === 3) await influx.kill();
      if (tick === 93) await influx.start();
    });
    expect(sent).toEqual(sentAlone);
    expect([...sent.keys()].filter((tick) => tick >= 3 && tick < 93)).not.toEqual([]);
    expect(await remainsOf(world)).toEqual(await remainsOf(alone));
    expect(await new S3ObjectStore(s3(world), world.stateBucket).list('spool/')).toEqual([]);
  });

  it('writes once a tick to an InfluxDB that does not answer, and delays no alert', async () => {
    await using alone = await makeWorld();
    const sentAlone = await alertsByTick(alone, TICKS);
    await using world = await makeWorld();
    await using proxy = await faultProxy(world.influx.url);
    const slow = { ...world, influx: { ...world.influx, url: proxy.url, timeoutMilliseconds: 200 } };
    const hanging = TICKS.slice(TROUBLE_AT - 1, TROUBLE_AT + 4);
    const sent = await alertsByTick(slow, TICKS, (tick) => {
      proxy.faultFor = () => (hanging.includes(tick) ? { kind: 'hang' } : undefined);
    });
    expect(proxy.faultCount).toBe(hanging.length);
    expect(sent).toEqual(sentAlone);
    await expectUndisturbed(world);
  });

  const matrix = (count: number) => {
    const series = Array.from({ length: count }, (_, index) => ({
      metric: { host: `invented-${index}`, padding: 'x'.repeat(400) },
      values: [[tickTime(0), '1']],
    }));
    return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: series } });
  };
  const json = 'application/json';
  const faults: Readonly<Record<string, Fault | (() => Fault)>> = {
    'answers 500': { kind: 'answer', status: 500, type: 'text/plain', body: 'internal error' },
    hangs: { kind: 'hang' },
    'cuts its JSON': { kind: 'cut' },
    'answers with half of its JSON as if it were whole': {
      kind: 'changed',
      change: (body) => body.slice(0, body.length >> 1),
    },
    'answers with a page of HTML': {
      kind: 'answer',
      status: 200,
      type: 'text/html',
      body: '<html><body>Please log in</body></html>',
    },
    'answers whole, with warnings': {
      kind: 'changed',
      change: (body) => JSON.stringify({ ...JSON.parse(body), warnings: ['a store was slow'] }),
    },
    'answers in part, with warnings': {
      kind: 'changed',
      change: (body) => {
        const answer = JSON.parse(body);
        answer.data.result.pop();
        return JSON.stringify({ ...answer, warnings: ['a store did not answer'] });
      },
    },
    'answers with 50 MB': () => ({ kind: 'answer', status: 200, type: json, body: matrix(110_000) }),
  };

  it.each(Object.keys(faults))('loses nothing when Prometheus %s', async (name) => {
    await using world = await makeWorld();
    await using proxy = await faultProxy(world.prometheusUrl);
    const given = faults[name] as Fault | (() => Fault);
    const fault = typeof given === 'function' ? given() : given;
    if (fault.kind === 'answer' && name.includes('MB')) expect(fault.body.length).toBeGreaterThan(50e6);
    const ports = tickPorts({ ...world, prometheusUrl: proxy.url });
    const errors = await runTicks(ports, TICKS, (tick) => {
      const isTroubled = tick === 3 || tick === TROUBLE_AT || tick === TROUBLE_AT + 1;
      proxy.faultFor = () => (isTroubled ? fault : undefined);
    });
    expect(errors).toEqual(new Map());
    expect(proxy.faultCount).toBeGreaterThanOrEqual(3);
    await expectUndisturbed(world);
  });

  it('needs no other tick when S3 throttles, cuts or refuses every other request', async () => {
    await using world = await makeWorld();
    await using proxy = await faultProxy(world.cloudUrl);
    const faultKinds: readonly Fault[] = [
      { kind: 'answer', status: 503, type: 'application/xml', body: '<Error><Code>SlowDown</Code></Error>' },
      { kind: 'cut' },
      {
        kind: 'answer',
        status: 409,
        type: 'application/xml',
        body: '<Error><Code>ConditionalRequestConflict</Code></Error>',
      },
    ];
    let requests = 0;
    proxy.faultFor = () => {
      requests += 1;
      return requests % 2 === 0 ? undefined : faultKinds[((requests - 1) / 2) % faultKinds.length];
    };
    const ports = tickPorts({ ...world, cloudUrl: proxy.url });
    expect(await runTicks(ports, TICKS)).toEqual(new Map());
    expect(proxy.faultCount).toBeGreaterThan(20);
    await expectUndisturbed(world);
  });

  it.each(['slow', 'throttled'])('loses nothing when S3 is %s', async (name) => {
    await using world = await makeWorld();
    await using proxy = await faultProxy(world.cloudUrl);
    const throttled: Fault = {
      kind: 'answer',
      status: 503,
      type: 'application/xml',
      body: '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
    };
    const fault: Fault = name === 'slow' ? { kind: 'slow', milliseconds: 250 } : throttled;
    const ports = tickPorts({ ...world, cloudUrl: proxy.url });
    const errors = await runTicks(ports, TICKS, (tick) => {
      const isTroubled = tick >= TROUBLE_AT - 1 && tick <= TROUBLE_AT + 3;
      proxy.faultFor = () => (isTroubled ? fault : undefined);
    });
    expect(errors.size).toBe(name === 'slow' ? 0 : 5);
    expect(proxy.faultCount).toBeGreaterThan(0);
    await expectUndisturbed(world);
  });

  const phases: readonly TickPhase[] = [
    'load',
    'query',
    'score',
    'warm-up',
    'write',
    'save',
    'publish',
    'drain',
    'clear',
  ];

  it.each(phases)('loses nothing when its process is killed after "%s"', async (phase) => {
    await using world = await makeWorld();
    let from = 0;
    // Where a series appears, where the incident begins, and in between.
    for (const tick of [APPEARS_AT, TROUBLE_AT - 2, TROUBLE_AT]) {
      const orders = { world, ticks: TICKS.slice(from, tick + 1), killedAt: { tick, phase } };
      expect(await runProcess(orders)).toBe('SIGKILL');
      from = tick + 1;
    }
    expect(await runProcess({ world, ticks: TICKS.slice(from) })).toBeNull();
    await expectUndisturbed(world);
  });

  it(`is the same with two of them at once, ${ROUNDS} rounds long`, async () => {
    const rounds = Array.from({ length: ROUNDS }, (_, count) => count);
    await using alone = await makeWorld();
    await runTicks(tickPorts(alone), rounds);
    await using world = await makeWorld();
    const pair = [tickPorts(world), tickPorts(world)] as const;
    let conflicts = 0;
    for (const round of rounds) {
      const outcomes = await Promise.allSettled(
        pair.map((ports) => collectAndDetect(ports, tickAt(tickTime(round)))),
      );
      const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      for (const error of errors) expect(error).toBeInstanceOf(ObjectConflictError);
      conflicts += errors.length;
    }
    expect(conflicts).toBeGreaterThan(ROUNDS / 2);
    const [one, two] = [await remainsOf(alone), await remainsOf(world)];
    expect(two.points).toEqual(one.points);
    expect([...new Set(two.sent)]).toEqual(one.sent);
    expect(two.state).toBe(one.state);
  });

  it('is the same when each event is delivered three times, to containers old and new', async () => {
    await using world = await makeWorld();
    const ports = tickPorts(world);
    for (const tick of TICKS) await runTicks(tick % 2 === 0 ? ports : tickPorts(world), [tick, tick, tick]);
    await expectUndisturbed(world);
    expect((await remainsOf(world)).sent).toEqual(expected.sent);
  });

  it('is the same when ticks come out of order', async () => {
    await using world = await makeWorld();
    const shuffled = [0, 1, 3, 2, 6, 5, 4, 7, 9, 8, 12, 10, 11, 15, 14, 13, ...TICKS.slice(16)];
    expect(await runTicks(tickPorts(world), shuffled)).toEqual(new Map());
    await expectUndisturbed(world);
  });

  it('is the same when the clock jumps, far ahead, a little ahead, and back', async () => {
    await using world = await makeWorld();
    await using proxy = await faultProxy(world.prometheusUrl);
    const ports = tickPorts({ ...world, prometheusUrl: proxy.url });
    let now = tickTime(0);
    // Prometheus knows what time it is, whatever the tick believes, and repeats the last sample for a while.
    proxy.faultFor = () => ({ kind: 'changed', change: (body) => until(now, body), clockSeconds: now });
    const jumps: Readonly<Record<number, number>> = { 2: 365 * 86_400, 5: 20 * 60, 9: -3600, 12: 5 * 60 };
    for (const tick of TICKS) {
      now = tickTime(tick);
      for (const offset of [jumps[tick], 0])
        if (offset !== undefined) await collectAndDetect(ports, tickAt(now + offset));
    }
    await expectUndisturbed(world);
  });
});
