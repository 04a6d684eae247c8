import { describe, expect, it } from 'vitest';
import type { TickPhase } from '../../../lib/pipeline/tick/tick.ts';
import { measurementsOf } from '../../../lib/pipeline/tick/tick-measurements.ts';
import { PhaseTimer } from '../../../lib/telemetry/phase-timer.ts';

/** What is measured of a tick whose phases took so long. */
async function measured(milliseconds: Partial<Record<TickPhase, number>>) {
  let clock = 0;
  const phases = new PhaseTimer<TickPhase>(() => clock);
  for (const [phase, took = 0] of Object.entries(milliseconds))
    await phases.time(phase as TickPhase, async () => {
      clock += took;
    });
  const progress = { phases, lagSeconds: 60 };
  return measurementsOf({
    progress,
    summary: undefined,
    modelAgeSeconds: undefined,
    connections: [],
    metrics: [],
    seen: [],
  });
}

describe('what is measured of a tick', () => {
  it('is a metric for each phase that took a millisecond, and none for those that had nothing to do', async () => {
    const numbers = await measured({ load: 0.25, query: 30, score: 1, 'warm-up': 0, write: 12, save: 0.5 });
    expect(
      Object.entries(numbers).filter(([name, value]) => /Duration$/.test(name) && value !== undefined),
    ).toEqual([
      ['QueryDuration', 30],
      ['ScoreDuration', 1],
      ['WriteDuration', 12],
    ]);
    expect(numbers.WatermarkLag).toBe(60);
  });
});
