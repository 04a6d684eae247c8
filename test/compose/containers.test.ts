import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ComposedTick, composeTick } from '../../lib/compose/tick.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import type { TickPhase } from '../../lib/pipeline/tick/tick.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';

const FIRST_TICK = 1_700_000_040;
const TICKS = 8;

/** An installation in a folder of its own, and as many containers as are asked for. */
async function installation(containers: number, latency: string) {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-containers-'));
  const configuration = configurationSchema.parse({
    source: { kind: 'simulation', hosts: 2 },
    metrics: [{ name: 'cpu' }],
    results: { kind: 'ndjson', directory: join(directory, 'results') },
    models: { kind: 'filesystem', directory: join(directory, 'models') },
    schedule: { warmUp: '0s', latency },
    alerts: { log: false },
  });
  const around = { logger: silentLogger, environment: {}, remainingMilliseconds: () => Infinity };
  const ticks: ComposedTick[] = [];
  const betweenPhases = { afterPhase: async (_container: number, _phase: TickPhase) => {} };
  for (let count = 0; count < containers; count += 1) {
    const afterPhase = (phase: TickPhase) => betweenPhases.afterPhase(count, phase);
    ticks.push(await composeTick(configuration, around, { afterPhase }));
  }
  return {
    betweenPhases,
    invoke: (container: number, tick: number) => ticks[container]!.invoke(0, FIRST_TICK + tick * 60),
    verdicts: async () => {
      const text = await readFile(join(directory, 'results/verdicts.ndjson'), 'utf8');
      return new Set(text.split('\n').filter((line) => line.includes('"measurement":"verdict"')));
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

describe.each(['normal', 'low'])('containers that take turns at a shard, with latency: %s', (latency) => {
  it('do not fail for having an old state in memory, and leave what a single one would', async () => {
    await using alone = await installation(1, latency);
    for (let tick = 0; tick < TICKS; tick += 1) await alone.invoke(0, tick);
    await using pair = await installation(2, latency);
    for (let tick = 0; tick < TICKS; tick += 1) {
      const { seriesScored } = await pair.invoke(tick % 2, tick);
      expect(seriesScored).toBe(2);
    }
    expect(await pair.verdicts()).toEqual(await alone.verdicts());
  });

  it('do the work once when the same event reaches both', async () => {
    await using pair = await installation(2, latency);
    await pair.invoke(0, 0);
    await pair.invoke(1, 1);
    const summaries = await Promise.all([pair.invoke(0, 2), pair.invoke(1, 2)]);
    expect(summaries.map(({ seriesScored }) => seriesScored).toSorted()).toEqual([0, 2]);
  });

  it('find nothing to do when the other one is faster while an old state is caught up', async () => {
    await using pair = await installation(2, latency);
    await pair.invoke(0, 0);
    await pair.invoke(1, 1);
    let writes = 0;
    pair.betweenPhases.afterPhase = async (container, phase) => {
      if (container !== 0 || phase !== 'write') return;
      writes += 1;
      // The first one was by the state of before the other's tick.
      if (writes === 2) await pair.invoke(1, 2);
    };
    const { seriesScored } = await pair.invoke(0, 2);
    expect(writes).toBe(3);
    expect(seriesScored).toBe(0);
  });
});
