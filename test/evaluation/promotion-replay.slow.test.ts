import { describe, expect, it } from 'vitest';
import { startSeries } from '../../lib/detector/monitor-series.ts';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { type ModelInUse, replay } from '../../lib/evaluation/replay.ts';
import { normalAt, uniformAt } from '../../lib/series/seeded-noise.ts';

const DAY = 86_400;
const STEP = 300;
const ROWS = (12 * DAY) / STEP;
const PROMOTED_ROW = (10 * DAY) / STEP;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const monitor = { detector: rarity, settings: defaultDetectionSettings, stepSeconds: STEP };
const times = Float64Array.from({ length: ROWS }, (_, row) => row * STEP);

const rhythms = {
  'a wave': (time: number) => Math.cos((time / DAY) * 2 * Math.PI),
  'office hours': (time: number) => (time % DAY > 0.3 * DAY && time % DAY < 0.7 * DAY ? 1 : -0.6),
  'two peaks': (time: number) =>
    0.7 * Math.cos((time / DAY) * 2 * Math.PI) + 0.5 * Math.sin((time / DAY) * 4 * Math.PI),
} as const;
/** How a model is off: its level in the unit of the value, its amplitude as a share, its phase in seconds. */
const faults = {
  'a level too high': { level: 15, amplitude: 1, phase: 0 },
  'a level too low': { level: -15, amplitude: 1, phase: 0 },
  'half of the rhythm': { level: 0, amplitude: 0.5, phase: 0 },
  'too much of a rhythm': { level: 0, amplitude: 1.3, phase: 0 },
  'an hour of delay': { level: 0, amplitude: 1, phase: 3600 },
  'a bit of each': { level: 10, amplitude: 0.8, phase: 1800 },
} as const;
const right = { level: 0, amplitude: 1, phase: 0 };
type Rhythm = (typeof rhythms)[keyof typeof rhythms];

function modelOver(
  rhythm: Rhythm,
  { level, amplitude, phase }: { level: number; amplitude: number; phase: number },
  firstRow: number,
  endRow: number,
): ModelInUse {
  const baselineAt = (time: number) => {
    const seasonal = 10 * amplitude * rhythm(time - phase);
    const expected = 60 + level + seasonal;
    return { expected, lower: expected - 5, upper: expected + 5, seasonal };
  };
  const baselines = Array.from(times.subarray(firstRow, endRow), baselineAt);
  const column = (name: 'expected' | 'lower' | 'upper' | 'seasonal') =>
    Float64Array.from(baselines, (one) => one[name]);
  const forecast = {
    expected: column('expected'),
    lower: column('lower'),
    upper: column('upper'),
    seasonal: column('seasonal'),
  };
  return { firstRow, endRow, seasonalSkill: 0.8, forecast, baselineAt };
}

/** The notifications of all seeded series in the two days after row `PROMOTED_ROW`. */
function notificationsAfter(rhythm: Rhythm, models: readonly ModelInUse[]): number {
  let notifications = 0;
  for (const seed of SEEDS) {
    const noise = 1 + uniformAt(9, seed);
    const values = times.map((time, row) => 60 + 10 * rhythm(time) + noise * normalAt(seed, row));
    replay(monitor, startSeries(monitor), { timesSeconds: times, values }, models, {
      firstRow: 0,
      endRow: ROWS,
      after: (row, { events }) => {
        if (row >= PROMOTED_ROW) notifications += events.filter(({ kind }) => kind !== 'resolved').length;
      },
    });
  }
  return notifications;
}

const cases = Object.entries(rhythms).flatMap(([rhythmName, rhythm]) =>
  Object.entries(faults).map(([faultName, fault]) => [rhythmName, faultName, rhythm, fault] as const),
);

describe('a promotion, replayed on eight series', () => {
  it.each(cases)(
    'of a right model after one of %s with %s notifies no more than the right one all along',
    (_, __, rhythm, fault) => {
      const before = modelOver(rhythm, fault, 0, PROMOTED_ROW);
      const after = modelOver(rhythm, right, PROMOTED_ROW, ROWS);
      const always = modelOver(rhythm, right, 0, ROWS);
      expect(notificationsAfter(rhythm, [before, after])).toBeLessThanOrEqual(
        notificationsAfter(rhythm, [always]),
      );
    },
  );

  it.each(cases.filter(([, fault]) => fault.startsWith('a level')))(
    'of a model of %s with %s notifies no more than none: the detector keeps its own level',
    (_, __, rhythm, fault) => {
      const before = modelOver(rhythm, right, 0, PROMOTED_ROW);
      const after = modelOver(rhythm, fault, PROMOTED_ROW, ROWS);
      const always = modelOver(rhythm, right, 0, ROWS);
      expect(notificationsAfter(rhythm, [before, after])).toBe(notificationsAfter(rhythm, [always]));
    },
  );
});
