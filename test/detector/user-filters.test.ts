import { describe, expect, it } from 'vitest';
import {
  monitorSample,
  type SeriesState,
  startSeries,
  usualCircumstances,
} from '../../lib/detector/monitor-series.ts';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import type { DetectionSettings } from '../../lib/detector/settings.ts';
import { alertsOf, feed, monitorOf, storedBytes } from './monitoring.ts';
import { START_SECONDS, STEP_SECONDS, samplesOf } from './seeded-series.ts';

const DAYS = 10;
const QUIET = samplesOf('noise', 21, DAYS * 288);
const noModel = () => undefined;

/** What is learned of ten days of noise of deviation 1 around 100: no setting changes it (see below). */
function stateAfterTenDays(): SeriesState<unknown> {
  const monitor = { ...monitorOf(rarity), skipBand: true };
  const state = startSeries(monitor);
  feed(monitor, state, QUIET, noModel);
  return state;
}

/** The ten days of noise, and then one value. */
function judgeAfterTenDays(value: number, settings: Partial<DetectionSettings>) {
  const monitor = monitorOf(rarity, settings);
  const sample = { timeSeconds: START_SECONDS + QUIET.length * STEP_SECONDS, value };
  return feed(monitor, stateAfterTenDays(), [sample], noModel).at(-1)!;
}

describe('the user’s settings', () => {
  it('make an anomaly of a jump or a drop by the direction that matters', () => {
    expect(judgeAfterTenDays(115, { direction: 'up' }).verdict.anomalous).toBe(true);
    expect(judgeAfterTenDays(115, { direction: 'down' }).verdict.anomalous).toBe(false);
    expect(judgeAfterTenDays(85, { direction: 'down' }).verdict.anomalous).toBe(true);
    expect(judgeAfterTenDays(85, { direction: 'up' }).verdict.anomalous).toBe(false);
    expect(judgeAfterTenDays(85, {}).verdict.anomalous).toBe(true);
  });

  it('ask for a deviation in the unit of the value or as a share of the level, and widen the band by it', () => {
    const absolute = judgeAfterTenDays(115, { minimumDeviation: { absolute: 20, relative: 0 } });
    expect(absolute.verdict.anomalous).toBe(false);
    expect(absolute.verdict.score).toBeGreaterThan(0);
    expect(absolute.verdict.band!.upper).toBeGreaterThan(118);
    expect(absolute.verdict.band!.lower).toBeLessThan(82);
    const relative = { minimumDeviation: { absolute: 0, relative: 0.1 } };
    expect(judgeAfterTenDays(109, relative).verdict.anomalous).toBe(false);
    expect(judgeAfterTenDays(115, relative).verdict.anomalous).toBe(true);
  });

  it('keep the band inside the domain, its expected value too', () => {
    // The noise is one: a domain from 98 on holds most of it, and the band would reach to about 94.
    const { verdict } = judgeAfterTenDays(100, { domain: { minimum: 98, maximum: 103 } });
    expect(verdict.band).toMatchObject({ lower: 98, upper: 103 });
    const { expected } = verdict.band!;
    expect(expected >= 98 && expected <= 103).toBe(true);
  });

  it('hold in the band what the direction suppresses: down to the domain, or to the value itself', () => {
    const dropped = judgeAfterTenDays(85, { direction: 'up' }).verdict;
    expect([dropped.anomalous, dropped.band!.lower]).toEqual([false, 85]);
    expect(judgeAfterTenDays(85, { direction: 'up', domain: { minimum: 0 } }).verdict.band!.lower).toBe(0);
    expect(judgeAfterTenDays(100, { direction: 'up' }).verdict.band!.upper).toBeLessThan(110);
    expect(judgeAfterTenDays(115, { direction: 'down' }).verdict.band!.upper).toBe(115);
    expect(judgeAfterTenDays(85, { direction: 'down' }).verdict.band!.lower).toBeGreaterThan(90);
  });

  it('set the threshold by the budget of false alerts', () => {
    const { score } = judgeAfterTenDays(105.5, {}).verdict;
    expect(score).toBeGreaterThan(-1);
    const budgetThatAlerts = 10 ** -(score! - 0.01);
    const budgetThatDoesNot = 10 ** -(score! + 0.01);
    expect(judgeAfterTenDays(105.5, { falseAlertsPerWeek: budgetThatAlerts }).verdict.anomalous).toBe(true);
    expect(judgeAfterTenDays(105.5, { falseAlertsPerWeek: budgetThatDoesNot }).verdict.anomalous).toBe(false);
  });

  it('leave what the detector learns as it is: any of them may change at any time without a new state', () => {
    const plain = monitorOf(rarity);
    const others = [
      monitorOf(rarity, { falseAlertsPerWeek: 0.2 }),
      monitorOf(rarity, { direction: 'up', minimumDeviation: { absolute: 3, relative: 0.5 } }),
      monitorOf(rarity, { persistence: { hits: 3, window: 20 }, refractorySeconds: 60, quietSeconds: 60 }),
    ];
    const kept = startSeries(plain);
    const turned = startSeries(plain);
    const samples = samplesOf('heavy tails', 8, 1200);
    const score = (observation: ReturnType<typeof feed>[number]) => observation.verdict.score;
    const keptScores = feed(plain, kept, samples, noModel).map(score);
    const turnedScores = samples.flatMap((sample, index) =>
      feed(others[Math.floor(index / 100) % others.length]!, turned, [sample], noModel).map(score),
    );
    expect(turnedScores).toEqual(keptScores);
    const detectorOnly = (state: typeof kept) => storedBytes(plain, [{ ...state, policy: kept.policy }]);
    expect(detectorOnly(turned)).toEqual(detectorOnly(kept));
  });

  it('score on in maintenance without an alert', () => {
    const monitor = monitorOf(rarity);
    const state = stateAfterTenDays();
    const at = (steps: number) => START_SECONDS + (QUIET.length + steps) * STEP_SECONDS;
    const spike = { timeSeconds: at(0), value: 140 };
    const inMaintenance = { ...usualCircumstances, isInMaintenance: true };
    const silenced = monitorSample(monitor, state, spike, undefined, inMaintenance);
    expect(silenced.verdict.kind).toBe('anomaly');
    expect(silenced.events).toEqual([]);
    expect(alertsOf(feed(monitor, state, [{ timeSeconds: at(1), value: 140 }], noModel))).toHaveLength(1);
  });

  it('say so when the model is stale, and alert all the same', () => {
    const monitor = monitorOf(rarity);
    const state = stateAfterTenDays();
    const spike = { timeSeconds: START_SECONDS + QUIET.length * STEP_SECONDS, value: 140 };
    const stale = { ...usualCircumstances, isModelStale: true };
    const { verdict, events } = monitorSample(monitor, state, spike, undefined, stale);
    expect(verdict.kind).toBe('stale-model');
    expect(verdict.anomalous).toBe(true);
    expect(events.map((event) => event.kind)).toEqual(['onset']);
  });
});
