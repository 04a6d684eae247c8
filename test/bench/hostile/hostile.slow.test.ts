import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultKinds } from './faults/registry.ts';
import { healthyBackground, tickSeconds } from './healthy-background.ts';
import { hostilePlan } from './hostile-plan.ts';
import { WorldJudge } from './judge-world.ts';
import { runWorld } from './run-world.ts';

const WORLDS = 16;
const TICKS = 60;

describe('worlds in which servers, stores and clocks misbehave', () => {
  it('leave every healthy series, every notification and every record as they are without faults', async () => {
    const judge = new WorldJudge(TICKS);
    const stories: string[] = [];
    let faults = 0;
    for (let seed = 0; seed < WORLDS; seed += 1) {
      const world = await judge.judge(seed);
      faults += world.faults.length;
      stories.push(...world.violations.map(({ invariant, story }) => `seed ${seed}, ${invariant}: ${story}`));
    }
    expect(stories).toEqual([]);
    expect(faults).toBeGreaterThan(WORLDS);
  });

  it('are the same ones for the same seed, to the last byte that is stored', async () => {
    const background = healthyBackground(3, TICKS);
    const [one, other] = [await again(), await again()];
    expect(one).toEqual(other);
    expect(one.points.length).toBeGreaterThan(TICKS);

    async function again() {
      const { points, incidents } = await runWorld(background, hostilePlan(3, background, faultKinds));
      return { points: [...points], incidents: [...incidents] };
    }
  });

  it('have incidents that are notified within two ticks where nothing goes wrong', async () => {
    const background = healthyBackground(1, 120);
    const { incidents } = await runWorld(background, []);
    const notified = [...incidents.values()];
    const expected = background.metrics
      .filter(({ detector }) => detector === 'ewma-chart')
      .flatMap(({ name, series }) =>
        series.flatMap((one) => one.incidents.map((incident) => ({ name, one, incident }))),
      );
    expect(expected.length).toBeGreaterThan(5);
    for (const { name, one, incident } of expected) {
      const found = notified.find(
        ({ metric, instance, startsSeconds }) =>
          metric === name && instance === one.labels.instance && startsSeconds === incident.onsetSeconds,
      );
      expect(found?.firstSeconds).toBeLessThan(incident.onsetSeconds + tickSeconds(2) - tickSeconds(0));
    }
  });
});

describe('npm run bench -- hostile', () => {
  const hostile = (...options: string[]) =>
    spawnSync(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, '../cli.ts'),
        'hostile',
        ...options,
      ],
      { encoding: 'utf8' },
    );

  it('prints one JSON object with --json, and exits with 0 where every invariant holds', () => {
    const { stdout, stderr, status } = hostile('--worlds', '2', '--ticks', '60', '--seed', '4', '--json');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(JSON.parse(stdout)).toEqual({
      worlds: 2,
      ticks: 60,
      faultsInjected: expect.any(Object),
      violations: {},
    });
  });

  it('refuses a fault that it does not know, and names those that it does', () => {
    const { stderr, status } = hostile('--faults', 'locusts');
    expect(status).toBe(1);
    expect(stderr).toMatch(/no locusts.*hanging-queries/);
  });
});
