import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adoptBaseline, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { Baseline } from '../../../lib/series/band.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { cpuScenario } from '../../../lib/sources/simulation/cpu-scenario.ts';
import { isDuring, simulatedValue } from '../../../lib/sources/simulation/simulated-series.ts';
import { alertsOf, feed, monitorOf, observe, restored } from '../monitoring.ts';
import { START_SECONDS, STEP_SECONDS, samplesOf } from '../seeded-series.ts';

const DAY = 86_400;
const noModel = () => undefined;

describe('a permanent shift of ten standard deviations', () => {
  const shiftSeconds = START_SECONDS + 14 * DAY;

  /** Alerts a day after the shift, in the days after that, and after a week, summed over some series. */
  function alertsAround(falseAlertsPerWeek: number, seeds: readonly number[]) {
    const monitor = monitorOf(rarity, { falseAlertsPerWeek });
    return seeds.map((seed) => {
      const samples = samplesOf('noise', seed, 24 * 288).map(({ timeSeconds, value }) => ({
        timeSeconds,
        value: timeSeconds < shiftSeconds ? value : value + 10,
      }));
      const ages = alertsOf(observe(monitor, samples, noModel)).map(
        (alert) => alert.timeSeconds - shiftSeconds,
      );
      return {
        before: ages.filter((age) => age < 0).length,
        firstDay: ages.filter((age) => age >= 0 && age < DAY).length,
        afterAWeek: ages.filter((age) => age >= 7 * DAY).length,
      };
    });
  }

  it('alerts once in its first day and never after a week, at one false alert in five weeks', () => {
    for (const alerts of alertsAround(0.2, [1, 2, 3, 4, 5, 6])) {
      expect(alerts.firstDay).toBe(1);
      expect(alerts.afterAWeek).toBe(0);
    }
  });

  it('alerts once or twice in its first day, and after a week no more than before, at one a week', () => {
    const all = alertsAround(1, [1, 2, 3, 4, 5, 6]);
    for (const { firstDay } of all) expect(firstDay).toBeGreaterThanOrEqual(1);
    const mean = (key: 'before' | 'firstDay' | 'afterAWeek') =>
      all.reduce((sum, alerts) => sum + alerts[key], 0) / all.length;
    expect(mean('firstDay')).toBeLessThanOrEqual(2);
    // Ten days are watched after the first week: chance alone may alert 1.4 times.
    expect(mean('afterAWeek')).toBeLessThanOrEqual(0.5);
  });
});

describe('a cold start on simulated CPU with a daily rhythm and no model', () => {
  it('alerts an incident of eight standard deviations twelve hours after the first sample, on nine of ten hosts', () => {
    const monitor = monitorOf(rarity, {}, 60);
    let hosts = 0;
    let found = 0;
    for (const startHour of [0, 6, 12, 18]) {
      const start = START_SECONDS + startHour * 3600;
      const incident = {
        kind: 'level-shift',
        startSeconds: start + DAY / 2,
        durationSeconds: 1800,
        size: 8,
      } as const;
      for (const host of cpuScenario(11, 6, () => [incident])) {
        const samples = Array.from({ length: 12 * 60 + 30 }, (_, index) => {
          const timeSeconds = start + index * 60;
          return { timeSeconds, value: simulatedValue(host, timeSeconds) };
        });
        const alerts = alertsOf(observe(monitor, samples, noModel));
        hosts += 1;
        if (alerts.some(({ timeSeconds }) => isDuring(incident, timeSeconds))) found += 1;
      }
    }
    expect(found / hosts).toBeGreaterThanOrEqual(0.9);
  });
});

describe('a new seasonal table', () => {
  const amplitude =
    (size: number, phase: number) =>
    (timeSeconds: number): Baseline => {
      const seasonal = size * Math.sin((2 * Math.PI * timeSeconds) / DAY + phase);
      return { expected: seasonal, lower: seasonal, upper: seasonal, seasonal };
    };
  const oldTable = amplitude(20, 0);
  const newTable = amplitude(24, 0.15);
  // The new table is right, and the old one has become wrong by up to five usual innovations.
  const samples = Array.from({ length: 5 * 288 + 60 }, (_, index) => {
    const timeSeconds = START_SECONDS + index * STEP_SECONDS;
    return { timeSeconds, value: 50 + newTable(timeSeconds).seasonal + normalAt(3, index) };
  });
  const swap = samples.length - 2;

  it('is taken over without a jump: the next sample is expected where it was, less what the season moves', () => {
    const monitor = monitorOf(rarity);
    const state = startSeries(monitor);
    feed(monitor, state, samples.slice(0, swap), oldTable);
    const careless = restored(monitor, state);
    adoptBaseline(monitor, state, newTable);
    const next = samples[swap]!;
    const [smooth] = feed(monitor, state, [next], newTable);
    const [jump] = feed(monitor, careless, [next], newTable);
    const truth = 50 + newTable(next.timeSeconds).seasonal;
    expect(Math.abs(smooth!.verdict.band!.expected - truth)).toBeLessThan(1.5);
    expect(Math.abs(jump!.verdict.band!.expected - truth)).toBeGreaterThan(3);
    expect(smooth!.verdict.score!).toBeLessThan(jump!.verdict.score!);
  });

  it('can be taken over and given back: the state is what it was', () => {
    const monitor = monitorOf(rarity);
    const state = startSeries(monitor);
    feed(monitor, state, samples.slice(0, swap), oldTable);
    const kept = restored(monitor, state);
    adoptBaseline(monitor, state, newTable);
    adoptBaseline(monitor, state, oldTable);
    const after = feed(monitor, state, samples.slice(swap), oldTable);
    feed(monitor, kept, samples.slice(swap), oldTable).forEach(({ verdict }, index) => {
      expect(after[index]!.verdict.score!).toBeCloseTo(verdict.score!, 9);
    });
  });

  it('that explains no more than a tenth is not used at all', () => {
    const monitor = monitorOf(rarity);
    const step = (state: unknown, seasonalSkill: number) =>
      samples.map((sample) =>
        rarity.step(state as never, sample, {
          baseline: newTable(sample.timeSeconds),
          seasonalSkill,
          threshold: 0,
        }),
      );
    const without = samples.map(
      (
        (state) => (sample: (typeof samples)[number]) =>
          rarity.step(state, sample, { baseline: undefined, seasonalSkill: 1, threshold: 0 })
      )(rarity.start(monitor.stepSeconds)),
    );
    expect(step(rarity.start(STEP_SECONDS), 0.1)).toEqual(without);
    expect(step(rarity.start(STEP_SECONDS), 0.2)).not.toEqual(without);
  });
});

describe('the band', () => {
  it('has bounds that alert, and so does what lies beyond; what lies well inside does not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'noise',
          'daily rhythm',
          'heavy tails',
          'counts',
          'growing steadily',
          'tiny',
          'small on a huge level',
        ),
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(5, 1, 0.2),
        (shape, seed, falseAlertsPerWeek) => {
          const monitor = monitorOf(rarity, { falseAlertsPerWeek });
          const samples = samplesOf(shape, seed, 3000);
          const state = startSeries(monitor);
          feed(monitor, state, samples, noModel);
          const timeSeconds = samples.at(-1)!.timeSeconds + STEP_SECONDS;
          const judge = (value: number) =>
            feed(monitor, restored(monitor, state), [{ timeSeconds, value }], noModel)[0]!.verdict;
          const { lower, expected, upper } = judge(samples.at(-1)!.value).band!;
          // While an incident stands every value alerts, and the band is what was usual before it.
          if (judge(expected).anomalous) return;
          for (const [bound, side] of [
            [upper, 1],
            [lower, -1],
          ] as const) {
            const width = Math.abs(bound - expected);
            expect(judge(bound).anomalous).toBe(true);
            expect(judge(bound + side * width).anomalous).toBe(true);
            expect(judge(bound - side * 0.2 * width).anomalous).toBe(false);
          }
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });

  it('is the same to a few percent wherever the search for it begins', () => {
    const context = { baseline: undefined, seasonalSkill: 1, threshold: 0 };
    for (const shape of ['noise', 'daily rhythm', 'tiny', 'huge'] as const) {
      const samples = samplesOf(shape, 8, 3000);
      const state = rarity.start(STEP_SECONDS);
      const next = samples.pop()!;
      for (const sample of samples) rarity.step(state, sample, context);
      const bandAfter = (bounds: readonly number[] | undefined) => {
        const [copy] = rarity.decode(rarity.encode([state]));
        if (bounds !== undefined) copy!.bounds.set(bounds);
        return rarity.step(copy!, next, context)!.band!;
      };
      const remembered = bandAfter(undefined);
      const reach = remembered.upper - remembered.expected;
      const unknown = [Number.NaN, Number.NaN, Number.NaN];
      const elsewhere = [unknown, [1e30, 0, 0], [-1e30, 0, 0], [remembered.upper + 20 * reach, 0, 0]];
      for (const [upper, lower] of elsewhere.map(
        (bound) => [bound, bound.map((number) => -number)] as const,
      )) {
        const band = bandAfter([...upper, ...lower]);
        expect(band.expected).toBe(remembered.expected);
        for (const side of ['upper', 'lower'] as const) {
          const ratio = (band[side] - band.expected) / (remembered[side] - remembered.expected);
          expect(Math.abs(ratio - 1), `${shape}, ${side}, from ${upper[0]}`).toBeLessThan(0.06);
        }
      }
    }
  });

  it('ends where the axis of the histograms does when no value of a series could alert', () => {
    // Rare bursts of counts: records are common, and nothing is rare enough for one alert in ten weeks.
    const samples = samplesOf('sparse counts', 2, 1600);
    const monitor = monitorOf(rarity, { falseAlertsPerWeek: 0.1 });
    const state = startSeries(monitor);
    const { verdict } = feed(monitor, state, samples, noModel).at(-1)!;
    const next = { timeSeconds: samples.at(-1)!.timeSeconds + STEP_SECONDS, value: 1e50 };
    expect(feed(monitor, state, [next], noModel)[0]!.verdict.anomalous).toBe(false);
    expect(verdict.band!.upper).toBeGreaterThan(1000);
    expect(verdict.band!.upper).toBeLessThan(1e6);
  });

  it('is narrower at a larger budget of false alerts', () => {
    const samples = samplesOf('noise', 5, 3000);
    const widths = [0.1, 1, 10].map((falseAlertsPerWeek) => {
      const band = observe(monitorOf(rarity, { falseAlertsPerWeek }), samples, noModel).at(-1)!.verdict.band!;
      return band.upper - band.lower;
    });
    expect(widths[0]).toBeGreaterThan(widths[1]!);
    expect(widths[1]).toBeGreaterThan(widths[2]!);
  });

  it('stays where it was while a shifted level stands', () => {
    const samples = samplesOf('noise', 6, 4032 + 4).map((sample, index) => ({
      ...sample,
      value: sample.value + (index >= 4032 ? 12 : 0),
    }));
    const { verdict } = observe(monitorOf(rarity), samples, noModel).at(-1)!;
    expect(verdict.anomalous).toBe(true);
    expect(verdict.band!.upper).toBeLessThan(108);
    expect(verdict.band!.lower).toBeGreaterThan(90);
  });
});
