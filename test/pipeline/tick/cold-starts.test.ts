import { describe, expect, it } from 'vitest';
import { decodeShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import { SourceTimeoutError } from '../../../lib/sources/errors.ts';
import { HEALTH_KEY, metricNamed, minute, TickFixture } from './tick-fixture.ts';

const learntBy = async (around: TickFixture) =>
  decodeShardHealth((await around.objects.get(HEALTH_KEY))!.bytes).learnt;

describe('ticks that each begin in a new process', () => {
  it('find a clock that stands still, and score what has happened', async () => {
    await using around = await TickFixture.make();
    for (let tick = 0; tick < 3; tick += 1) await around.tick(minute(tick));
    around.answerWith = (result) => ({ ...result, clockSeconds: minute(2) });
    const warnings: string[] = [];
    for (let tick = 3; tick < 12; tick += 1) {
      around.restart();
      const summary = await around.tick(minute(tick));
      warnings.push(...summary.warnings);
    }
    expect(warnings.join('\n')).toContain('stands still');
    const { watermarkSeconds } = (await around.state()).metrics.get('cpu')!;
    expect(watermarkSeconds).toBeGreaterThan(minute(8));
  });

  it('ask a slow query for fewer steps each time, until it is answered', async () => {
    await using around = await TickFixture.make();
    around.metrics = ['cpu', 'memory'].map((name) => metricNamed(name));
    for (let tick = 0; tick < 2; tick += 1) await around.tick(minute(tick));
    const steps: number[] = [];
    around.beforeQuery = async ({ query, startSeconds, endSeconds, stepSeconds }) => {
      if (query !== 'memory') return;
      steps.push((endSeconds - startSeconds) / stepSeconds + 1);
      if (steps.at(-1)! > 3) throw new SourceTimeoutError('too slow');
    };
    // The function did not run for a while.
    for (let tick = 20; tick < 24; tick += 1) {
      around.restart();
      await around.tick(minute(tick));
    }
    expect(steps).toEqual([19, 9, 4, 2]);
    expect(await learntBy(around)).toBeUndefined();
  });
});
