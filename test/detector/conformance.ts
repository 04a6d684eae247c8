import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Detector } from '../../lib/detector/detector.ts';
import { InvalidDetectorStateError } from '../../lib/detector/errors.ts';
import { adoptBaseline, monitorSample, startSeries } from '../../lib/detector/monitor-series.ts';
import { decodeSeries, encodeSeries } from '../../lib/detector/series-codec.ts';
import type { Baseline } from '../../lib/series/band.ts';
import type { Sample } from '../../lib/series/samples.ts';
import { dailyBaseline, feed, monitorOf, observe, restored, storedBytes } from './monitoring.ts';
import { disturbed, SHAPE_NAMES, START_SECONDS, STEP_SECONDS, samplesOf } from './seeded-series.ts';

/** At most so many bytes a series, stored on its own. */
const MAXIMUM_STATE_BYTES = 4096;
const anyShape = fc.constantFrom(...SHAPE_NAMES);
const anySeed = fc.integer({ min: 1, max: 1_000_000 });
/** Enough to be past every warm-up, and few enough for a unit test. */
const POINTS = 700;

/**
 * What every detector of the registry keeps to, whatever it computes. A new detector gets the whole kit by being
 * registered.
 */
export function describeConformance(detector: Detector<unknown>): void {
  const monitor = monitorOf(detector);

  describe(`the detector "${detector.name}" conforms:`, () => {
    it('the same samples give the same observations', () => {
      const samples = disturbed(samplesOf('daily rhythm', 7, POINTS), 7);
      expect(observe(monitor, samples)).toEqual(observe(monitor, samples));
    });

    it('two series do not disturb each other when their samples come in turns', () => {
      const one = samplesOf('daily rhythm', 1, POINTS);
      const other = samplesOf('heavy tails', 2, POINTS);
      const states = [startSeries(monitor), startSeries(monitor)] as const;
      const inTurns = one.map((sample, index) => {
        const [observation] = feed(monitor, states[0], [sample]);
        feed(monitor, states[1], [other[index]!]);
        return observation;
      });
      expect(inTurns).toEqual(observe(monitor, one));
    });

    it('no series of any shape, however disturbed, gives a NaN, throws or outgrows the bound', () => {
      fc.assert(
        fc.property(anyShape, anySeed, fc.boolean(), (shape, seed, hasModel) => {
          const samples = disturbed(samplesOf(shape, seed, POINTS), seed);
          const state = startSeries(monitor);
          for (const { verdict } of feed(
            monitor,
            state,
            samples,
            hasModel ? dailyBaseline : () => undefined,
          )) {
            expect(verdict.confidence).toBeGreaterThanOrEqual(0);
            expect(verdict.confidence).toBeLessThanOrEqual(1);
            if (verdict.score === undefined) continue;
            expect(verdict.score).not.toBeNaN();
            expect(Object.values(verdict.band!).every(Number.isFinite)).toBe(true);
            const { lower, expected, upper } = verdict.band!;
            expect(lower).toBeLessThanOrEqual(expected);
            expect(expected).toBeLessThanOrEqual(upper);
          }
          expect(storedBytes(monitor, [state]).length).toBeLessThanOrEqual(MAXIMUM_STATE_BYTES);
        }),
        { numRuns: 40, seed: 1 },
      );
    });

    it('a state that was stored at any point goes on bit for bit', () => {
      fc.assert(
        fc.property(anyShape, anySeed, fc.integer({ min: 0, max: POINTS - 1 }), (shape, seed, cut) => {
          const samples = disturbed(samplesOf(shape, seed, POINTS), seed);
          const kept = startSeries(monitor);
          feed(monitor, kept, samples.slice(0, cut));
          const stored = restored(monitor, kept);
          const future = samples.slice(cut);
          expect(feed(monitor, stored, future)).toEqual(feed(monitor, kept, future));
          expect(storedBytes(monitor, [stored])).toEqual(storedBytes(monitor, [kept]));
        }),
        { numRuns: 25, seed: 2 },
      );
    });

    it('many series are stored together and come back in their order', () => {
      const states = SHAPE_NAMES.map((shape) => {
        const state = startSeries(monitor);
        feed(monitor, state, samplesOf(shape, 3, 200));
        return state;
      });
      const back = decodeSeries(detector, encodeSeries(detector, states));
      expect(back).toEqual(states);
    });

    it('refuses to continue what it did not write', () => {
      const encoded = encodeSeries(detector, [startSeries(monitor)]);
      const anothers = { ...encoded, detector: 'another' };
      const cut = { ...encoded, states: {} };
      for (const foreign of [undefined, null, 7, 'state', {}, anothers, cut])
        expect(() => decodeSeries(detector, foreign)).toThrow(InvalidDetectorStateError);
    });

    it('says what it expects of a sample before it looks at it', () => {
      const samples = samplesOf('daily rhythm', 5, POINTS);
      const next = samples.pop()!;
      const state = startSeries(monitor);
      feed(monitor, state, samples);
      const bands = [next.value, next.value + 3, next.value - 1000, 1e9].map((value) => {
        const [observation] = feed(monitor, restored(monitor, state), [{ ...next, value }]);
        return observation!.verdict.band;
      });
      expect(new Set(bands.map((band) => JSON.stringify(band))).size).toBe(1);
    });

    it('leaves its state alone when a sample is not a number, late or a duplicate', () => {
      const samples = samplesOf('daily rhythm', 5, 400);
      const last = samples.at(-1)!;
      const next = last.timeSeconds + STEP_SECONDS;
      const state = startSeries(monitor);
      feed(monitor, state, samples);
      const before = storedBytes(monitor, [state]);
      const useless: Sample[] = [
        { timeSeconds: next, value: Number.NaN },
        { timeSeconds: next, value: Infinity },
        { timeSeconds: next, value: -Infinity },
        { ...last, value: 1e6 },
        { ...last, timeSeconds: last.timeSeconds - 3 * STEP_SECONDS },
      ];
      for (const { verdict, events } of feed(monitor, state, useless)) {
        expect(verdict.kind).toBe('no-data');
        expect(events).toEqual([]);
      }
      expect(storedBytes(monitor, [state])).toEqual(before);
    });

    it('never learns a value outside the domain', () => {
      const bounded = monitorOf(detector, { domain: { minimum: 0, maximum: 100 } });
      const samples = samplesOf('daily rhythm', 5, 400);
      const state = startSeries(bounded);
      feed(bounded, state, samples);
      const before = storedBytes(bounded, [state]);
      const timeSeconds = samples.at(-1)!.timeSeconds + STEP_SECONDS;
      for (const value of [-0.001, 100.001, 1e9])
        expect(monitorSample(bounded, state, { timeSeconds, value }, undefined).verdict.kind).toBe(
          'out-of-domain',
        );
      expect(storedBytes(bounded, [state])).toEqual(before);
    });

    it('finds nothing in a constant series, with a model of it and without', () => {
      const constant: Baseline = { expected: 42, lower: 42, upper: 42, seasonal: 0 };
      for (const baseline of [constant, undefined]) {
        const observations = observe(monitor, samplesOf('constant', 1, 2000), () => baseline);
        expect(observations.filter(({ verdict, events }) => verdict.anomalous || events.length > 0)).toEqual(
          [],
        );
      }
    });

    it('goes on after a gap of any length', () => {
      for (const gapSeconds of [3600, 86_400, 7 * 86_400, 60 * 86_400]) {
        const samples = samplesOf('daily rhythm', 5, 1200).map((sample, index) => ({
          ...sample,
          timeSeconds: sample.timeSeconds + (index < 600 ? 0 : gapSeconds),
        }));
        const after = observe(monitor, samples, dailyBaseline).slice(600);
        expect(
          after.every(({ verdict }) => verdict.score === undefined || !Number.isNaN(verdict.score)),
        ).toBe(true);
        expect(after.at(-1)!.verdict.kind).toBe('normal');
      }
    });

    it('does not depend on the unit, the zero point or the sign of the values', () => {
      const samples = samplesOf('daily rhythm', 9, POINTS);
      const scores = observe(monitor, samples).map(({ verdict }) => verdict.score ?? 0);
      for (const [factor, shift] of [
        [1024, 0],
        [1 / 1024, 0],
        [1, 500],
        [-1, 0],
        [60, -1000],
      ] as const) {
        const moved = samples.map((sample) => ({ ...sample, value: factor * sample.value + shift }));
        const movedScores = observe(monitor, moved, (timeSeconds) => transformed(timeSeconds, factor, shift));
        const differences = movedScores.map(({ verdict }, index) =>
          Math.abs((verdict.score ?? 0) - scores[index]!),
        );
        expect(Math.max(...differences), `value * ${factor} + ${shift}`).toBeLessThan(1e-4);
      }
    });

    it('takes a new model that says the same without noticing', () => {
      const samples = samplesOf('daily rhythm', 4, POINTS);
      const kept = startSeries(monitor);
      feed(monitor, kept, samples.slice(0, 500));
      const changed = restored(monitor, kept);
      adoptBaseline(monitor, changed, dailyBaseline);
      expect(feed(monitor, changed, samples.slice(500))).toEqual(feed(monitor, kept, samples.slice(500)));
    });

    it('takes a new model before the first sample', () => {
      const fresh = startSeries(monitor);
      adoptBaseline(monitor, fresh, dailyBaseline);
      expect(storedBytes(monitor, [fresh])).toEqual(storedBytes(monitor, [startSeries(monitor)]));
      expect(feed(monitor, fresh, [{ timeSeconds: START_SECONDS, value: 1 }])).toHaveLength(1);
    });
  });
}

function transformed(timeSeconds: number, factor: number, shift: number): Baseline {
  const { expected, lower, upper, seasonal } = dailyBaseline(timeSeconds);
  const ends = [factor * lower + shift, factor * upper + shift];
  return {
    expected: factor * expected + shift,
    lower: Math.min(...ends),
    upper: Math.max(...ends),
    seasonal: factor * seasonal,
  };
}
