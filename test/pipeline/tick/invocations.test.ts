import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { InvocationDeadline } from '../../../lib/pipeline/tick/invocation-deadline.ts';
import { Invocations } from '../../../lib/pipeline/tick/invocations.ts';
import { TicksOfStay } from '../../../lib/pipeline/tick/summary-of-ticks.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { FIRST_TICK, metricNamed } from './tick-fixture.ts';
import { VirtualTime } from './virtual-time.ts';

function invocations(latency: 'normal' | 'low', tickSeconds = 0) {
  const { schedule } = configurationSchema.parse({
    source: { kind: 'simulation' },
    metrics: [{ name: 'cpu' }],
    schedule: { latency, step: '10s', interval: '60s' },
  });
  const time = new VirtualTime(FIRST_TICK);
  const begun: string[] = [];
  const left: number[] = [];
  let running = 0;
  let most = 0;
  let conflicts = 0;
  const deadline = new InvocationDeadline(() => Infinity, time.elapsedMilliseconds);
  const made = new Invocations(schedule, {
    tick: async (shard, timeSeconds, remainingMilliseconds = deadline.remainingMilliseconds) => {
      begun.push(`${shard}@${timeSeconds - FIRST_TICK}`);
      left.push(remainingMilliseconds());
      if (conflicts > 0) {
        conflicts -= 1;
        throw new ObjectConflictError('state');
      }
      running += 1;
      most = Math.max(most, running);
      await time.sleep(tickSeconds * 1000);
      running -= 1;
      return new TicksOfStay(shard, timeSeconds).summary();
    },
    metricsOf: () => [metricNamed('cpu', ewmaChart)],
    deadline,
    nowSeconds: time.nowSeconds,
    elapsedMilliseconds: time.elapsedMilliseconds,
    sleep: time.sleep,
    logger: silentLogger,
  });
  return {
    made,
    begun,
    left,
    mostAtOnce: () => most,
    overtake: (times: number) => {
      conflicts = times;
    },
  };
}

describe('invocations', () => {
  it('run one tick for the time of their event, and again when another one saved first', async () => {
    const { made, begun, overtake } = invocations('normal');
    overtake(2);
    expect(await made.invoke(0, FIRST_TICK)).toMatchObject({ timeSeconds: FIRST_TICK });
    expect(begun).toEqual(['0@0', '0@0', '0@0']);
  });

  it('of low latency stay until shortly before the next one, with no more time for a tick than a step', async () => {
    const { made, begun, left } = invocations('low');
    await made.invoke(0, FIRST_TICK);
    expect(begun[0]).toBe('0@0');
    expect(begun.length).toBeGreaterThan(0);
    for (const milliseconds of left) expect(milliseconds).toBeLessThanOrEqual(10_000);
  });

  it('let the shards of one program take turns', async () => {
    const { made, begun, mostAtOnce } = invocations('low', 1);
    const end = new AbortController();
    const shards = [0, 1].map((shard) => made.stay(shard, end.signal, () => end.abort()));
    await Promise.all(shards);
    expect(begun.map((one) => one[0]).toSorted()).toEqual(['0', '1']);
    expect(mostAtOnce()).toBe(1);
  });
});
