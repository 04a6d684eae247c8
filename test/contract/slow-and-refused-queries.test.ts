import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectAndDetect } from '../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../lib/pipeline/tick/shard-state-store.ts';
import type { TickSummary } from '../../lib/pipeline/tick/tick.ts';
import type { WatchedMetric } from '../../lib/pipeline/watch/watched-metric.ts';
import { NdjsonResultStore } from '../../lib/results/ndjson-result-store.ts';
import { ResultSpool } from '../../lib/results/result-spool.ts';
import { FilesystemObjectStore } from '../../lib/storage/filesystem-object-store.ts';
import { backfill } from '../services/backfill.ts';
import type { PastSeries } from '../services/open-metrics.ts';
import { cannotHave } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';
import { faultProxy } from './tick/fault-proxy.ts';
import { history, tickAt, tickPorts, tickTime } from './tick/tick-world.ts';

const TICKS = Array.from({ length: 16 }, (_, count) => count);
/** A second owner of the host at these steps, as while two exporters overlap. */
const OVERLAP = { from: 4, to: 6 };

/** Who owns the host that has a queue. */
function* owners(): Generator<PastSeries> {
  const samples = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => [tickTime(from + index), 1] as const);
  yield { name: 'owner', labels: { host: 'a', node: 'one' }, samples: samples(-1440, 40) };
  yield { name: 'owner', labels: { host: 'a', node: 'two' }, samples: samples(OVERLAP.from, OVERLAP.to) };
}

describe.skipIf(await cannotHave('prometheus'))('ticks on a real Prometheus', () => {
  let folder = '';
  let server: Awaited<ReturnType<typeof startServer<'prometheus'>>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-slow-'));
    const dataDirectory = join(folder, 'prometheus');
    await backfill(dataDirectory, [...history(), ...owners()]);
    server = await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } });
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Ticks of these metrics with files alone beside Prometheus. */
  async function run(
    name: string,
    metrics: readonly Pick<WatchedMetric, 'name' | 'query'>[],
    prometheusUrl: string,
    before: (tick: number) => void = () => {},
  ) {
    const [usual] = tickAt(0).metrics;
    const objects = new FilesystemObjectStore(join(folder, name));
    const file = join(folder, `${name}.ndjson`);
    const influx = { url: 'http://127.0.0.1:1', token: '', org: '', bucket: '' };
    const world = { prometheusUrl, influx, cloudUrl: 'http://127.0.0.1:1', stateBucket: '', alertsFile: '' };
    const { health: _, ...ports } = tickPorts(world, {
      results: new NdjsonResultStore(file),
      spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
      states: new ShardStateStore(objects),
      alerts: [],
    });
    const summaries: TickSummary[] = [];
    for (const tick of TICKS) {
      before(tick);
      const given = {
        ...tickAt(tickTime(tick)),
        metrics: metrics.map((metric) => ({ ...usual!, warmUpSeconds: 3600, ...metric })),
        queryMilliseconds: 4000,
      };
      summaries.push(await collectAndDetect(ports, given));
    }
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    const verdicts = lines
      .map((line) => JSON.parse(line))
      .filter(({ measurement }) => measurement === 'verdict');
    const of = (metric: string) =>
      verdicts.filter((verdict) => verdict.metric === metric).map((verdict) => JSON.stringify(verdict));
    return { summaries, of };
  }

  it('score the one metric whose query is answered, while all others hang, and catch up on those', async () => {
    const hanging = Array.from({ length: 12 }, (_, index) => ({
      name: `slow-${index}`,
      query: `load{host="a"} + ${index}`,
    }));
    const metrics = [...hanging.slice(0, 6), { name: 'queue', query: 'queue' }, ...hanging.slice(6)];
    const url = server.address.url;
    const expected = await run('answered', metrics, url);
    await using proxy = await faultProxy(url);
    const isHanging = (tick: number) => tick >= 3 && tick < 7;
    let now = 0;
    proxy.faultFor = (_, body) =>
      isHanging(now) && decodeURIComponent(body.toString()).includes('load') ? { kind: 'hang' } : undefined;
    const found = await run('starved', metrics, proxy.url, (tick) => {
      now = tick;
    });
    for (const tick of TICKS.filter(isHanging)) {
      const faulty = found.summaries[tick]!.faults.map(({ metric }) => metric);
      expect(faulty).toHaveLength(hanging.length);
      expect(faulty).not.toContain('queue');
    }
    for (const { name } of metrics) {
      expect(found.of(name)).toEqual(expected.of(name));
      expect(found.of(name).length).toBeGreaterThan(TICKS.length - 1);
    }
  });

  it('give up no more than the steps at which a join has two partners', async () => {
    const join = { name: 'queue', query: 'queue * on (host) group_left (node) owner' };
    const sound = { name: 'queue', query: 'queue * on (host) group_left (node) owner{node="one"}' };
    const url = server.address.url;
    const expected = await run('sound', [sound], url);
    const found = await run('overlap', [join], url);
    const timesOf = (lines: readonly string[]): number[] => lines.map((line) => JSON.parse(line).timeSeconds);
    const scored = new Set(timesOf(found.of('queue')));
    const gap = timesOf(expected.of('queue')).filter((time) => !scored.has(time));
    expect(gap[0]).toBe(tickTime(OVERLAP.from));
    // Prometheus repeats the last sample of the second one for five minutes.
    expect(gap.at(-1)).toBeLessThanOrEqual(tickTime(OVERLAP.to + 5));
    expect(gap.length).toBeLessThanOrEqual(OVERLAP.to - OVERLAP.from + 6);
    const before = (lines: readonly string[]) =>
      lines.filter((line) => JSON.parse(line).timeSeconds < tickTime(OVERLAP.from));
    expect(before(found.of('queue'))).toEqual(before(expected.of('queue')));
    expect(scored).toContain(tickTime(TICKS.length - 1));
    const refused = found.summaries.flatMap(({ faults, warnings }) => [
      ...faults.map(({ reason }) => reason),
      ...warnings,
    ]);
    expect(refused.join('\n')).toMatch(/many-to-many|duplicate series/);
  });
});
