import { describe, expect, it } from 'vitest';
import { type CostBasis, monthlyCost } from '../../../lib/cdk/cost/monthly-cost.ts';

const basis: CostBasis = {
  intervalSeconds: 60,
  stepSeconds: 60,
  isStaying: false,
  memoryMegabytes: 1024,
  tickMilliseconds: 100,
  stateBytes: 1024 ** 2,
  logsEachTick: true,
  stateVersionDays: 2,
  trainingSeconds: 0,
  trainingMegabytes: 1769,
  alarms: 3,
  secrets: 1,
  keys: 1,
  customMetrics: 10,
};

describe('the cost of a month', () => {
  it('is what the price list says of a tick a minute, worked out by hand', () => {
    const cost = monthlyCost(basis);
    // 43,830 minutes; 0.1 s x 1769/1024 of a processor, and 0.2 s of waiting, in 1 GB.
    expect(cost.compute).toBeCloseTo(43_830 * ((0.1 * 1769) / 1024 + 0.2) * 0.0000133334 + 0.0088, 3);
    expect(cost.stateWrites).toBeCloseTo(0.219, 3);
    // 2,880 versions of a megabyte.
    expect(cost.stateVersions).toBeCloseTo((2880 / 1024) * 0.023, 4);
    expect(cost.metrics).toBeCloseTo(3);
    expect(cost.alarms).toBeCloseTo(0.3);
    expect(cost.secretsAndKeys).toBeCloseTo(1.4);
    const { total, totalAfterFreeTier, ...parts } = cost;
    // Compute, logs, all metrics and alarms are within what is free.
    const paid = cost.stateWrites + cost.stateVersions + cost.rules + cost.secretsAndKeys;
    expect(totalAfterFreeTier).toBeCloseTo(paid, 5);
    expect(total).toBeCloseTo(Object.values(parts).reduce((sum, part) => sum + part, 0));
  });

  it('of a function that stays is that of one that never stops but for the hand-over', () => {
    const cost = monthlyCost({ ...basis, isStaying: true, stepSeconds: 10 });
    expect(cost.compute).toBeCloseTo(43_830 * 58 * 0.0000133334, 1);
    expect(cost.stateWrites / monthlyCost(basis).stateWrites).toBeCloseTo(6);
  });

  it('falls with the interval, but not what is paid by the month', () => {
    const rare = monthlyCost({ ...basis, intervalSeconds: 300, stepSeconds: 300 });
    expect(rare.stateWrites * 5).toBeCloseTo(monthlyCost(basis).stateWrites);
    expect(rare.metrics).toBe(monthlyCost(basis).metrics);
  });
});
