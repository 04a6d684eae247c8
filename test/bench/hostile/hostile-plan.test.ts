import { describe, expect, it } from 'vitest';
import { faultKinds } from './faults/registry.ts';
import { healthyBackground, tickSeconds } from './healthy-background.ts';
import { calmTicks, hostilePlan, storyOf } from './hostile-plan.ts';

const TICKS = 300;
const background = healthyBackground(0, TICKS);

describe('what goes wrong in a world', () => {
  it('is the same for the same seed', () => {
    expect(storyOf(hostilePlan(5, background, faultKinds))).toBe(
      storyOf(hostilePlan(5, background, faultKinds)),
    );
    expect(storyOf(hostilePlan(5, background, faultKinds))).not.toBe(
      storyOf(hostilePlan(6, background, faultKinds)),
    );
  });

  it('is of every kind, several at once, and leaves the end calm', () => {
    const plans = Array.from({ length: 200 }, (_, seed) => hostilePlan(seed, background, faultKinds));
    const drawn = new Set(plans.flatMap((faults) => faults.map(({ kind }) => kind)));
    expect([...drawn].sort()).toEqual(faultKinds.map(({ kind }) => kind).sort());
    expect(plans.some((faults) => faults.length > 10)).toBe(true);
    const calm = tickSeconds(TICKS - calmTicks(TICKS));
    for (const { fromSeconds } of plans.flat()) expect(fromSeconds).toBeLessThan(calm);
  });
});
