import { describe, expect, it } from 'vitest';
import { DEPLOYED_THINGS, estimateCost } from '../../../lib/cdk/cost/estimate-cost.ts';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { deployedThings } from '../../bench/profiles/deployed-things.ts';

const configured = (schedule: object = {}) =>
  configurationSchema.parse({
    source: { url: 'http://127.0.0.1:9090' },
    metrics: [{ name: 'up', query: 'up' }],
    schedule,
  });

describe('the estimate of a deployment', () => {
  it('counts what the stack has', () => {
    expect(deployedThings()).toEqual(DEPLOYED_THINGS);
  });

  it('grows little with the series, since most of it is paid by the month', () => {
    const [few, many] = [100, 1000].map((series) => estimateCost(configured(), series).total);
    expect(few).toBeGreaterThan(3);
    expect(many! - few!).toBeGreaterThan(0.05);
    expect(many! - few!).toBeLessThan(1);
  });

  it('counts alarms and keys once, and the ticks of each shard', () => {
    const [one, four] = [1, 4].map((shards) => estimateCost(configured({ shards }), 4000));
    expect(four!.alarms).toBe(one!.alarms);
    expect(four!.rules).toBeCloseTo(4 * one!.rules);
    const { total, totalAfterFreeTier: _, ...parts } = four!;
    expect(total).toBeCloseTo(Object.values(parts).reduce((sum, part) => sum + part, 0));
  });
});
