import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { runFirstDay } from './first-day.ts';
import { habits } from './habits.ts';
import { habitsReport } from './habits-report.ts';
import { figuresOf } from './measure-habits.ts';
import { runHabit, samplesOfHabit } from './run-habit.ts';

/** Far from people's rhythm, so that no model is needed; with how many alerts a week each may raise at most. */
const MOST_ALERTS: readonly (readonly [string, number])[] = [
  ['nightly-job', 0.5],
  ['weekday-job', 0.5],
  ['weekday-job-from-week-three', 0.5],
  ['weekly-backup', 0.5],
  ['job-every-three-days', 0.5],
  ['log-rotation', 0.5],
  ['cache-hit-ratio-with-flushes', 1.5],
  ['student-3-noise', 2],
  ['white-noise', 1.5],
  ['success-of-ten-thousand', 1.5],
];

const runOf = (name: string) => {
  const samples = samplesOfHabit(habits[name]!, 2);
  return runHabit(rarity, habits[name]!, samples, [], 2);
};

describe('the habits', () => {
  it('are at least 25, by names that say what they are', () => {
    const names = Object.keys(habits);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)+$/.test(name))).toEqual(['autoscaling']);
  });

  it('are the same for the same seed', () => {
    const habit = { ...habits['garbage-collection-pauses']!, days: 2 };
    expect(samplesOfHabit(habit, 1)).toEqual(samplesOfHabit(habit, 1));
    expect(samplesOfHabit(habit, 1)).not.toEqual(samplesOfHabit(habit, 2));
  });

  it.each(MOST_ALERTS)('raise few alerts from the third week on, and hide no incident: %s', (name, most) => {
    const run = runOf(name);
    expect(run.steadyAlerts.length / run.steadyWeeks).toBeLessThanOrEqual(most);
    expect(run.incidents).toBe(12);
    expect(run.found).toBeGreaterThanOrEqual(9);
  });

  it('are reported as alerts a week and recall by name', () => {
    const run = {
      steadyAlerts: [{ timeSeconds: 1_700_000_000, kind: 'onset', channel: 'fast', explanation: '' }],
      steadyWeeks: 4,
      changeAlerts: [],
      incidents: 12,
      found: 9,
    };
    expect(habitsReport({ 'nightly-job': figuresOf('nightly-job', [run, run]) })).toEqual({
      habits: { 'nightly-job': { alertsPerWeek: 0.25, recall: 0.75 } },
    });
    const firstDay = { series: 6, alerts: 3, incidents: 36, found: 27 };
    expect(habitsReport({ 'nightly-job': figuresOf('nightly-job', [{ ...run, firstDay }]) })).toEqual({
      habits: {
        'nightly-job': { alertsPerWeek: 0.25, recall: 0.75, firstDay: { alerts: 0.5, recall: 0.75 } },
      },
    });
  });

  it.each([
    ['nightly-job', 0.8],
    ['autocorrelated-noise', 0.8],
    ['demo-web-host', 0.7],
  ])('find incidents in the first day of a new series beside others: %s', (name, least) => {
    const { series, alerts, incidents, found } = runFirstDay(rarity, habits[name]!);
    expect([series, incidents]).toEqual([6, 36]);
    expect(found / incidents).toBeGreaterThanOrEqual(least);
    expect(alerts / series).toBeLessThanOrEqual(0.5);
    // A detector that knows no siblings is blind for seven hours.
    const alone = runFirstDay({ ...rarity, newcomer: () => undefined }, habits[name]!);
    expect(alone.found / alone.incidents).toBeLessThanOrEqual(0.5);
  });
});
