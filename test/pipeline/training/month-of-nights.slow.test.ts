import { describe, expect, it } from 'vitest';
import type { FittedModel } from '../../../lib/models/model-set.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { historyWindow } from '../../../lib/pipeline/training/read-history.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { errorOn, heldAgainst, samplesOf } from './held-against.ts';
import { DAY, defaultSettings, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';
import { hosts, measured, STEP, soundValue } from './troubled-month.ts';

const NIGHTS = 30;
const nightly = metric({ stepSeconds: STEP }, 'cpu_usage', STEP);
const { coverageMargin, errorMargin, falseAlertsMargin } = defaultSettings.promotion;
const source = () => new FunctionSource(hosts, (_, name, time) => measured(name, time));

describe('a month of nights with everything that happens to series', () => {
  it('never exchanges a model for one that is worse on the held-out day, nor the next day for more than was paid', async () => {
    const { objects } = temporaryObjects();
    const store = new ModelStore(objects);
    const inUse = new Map<string, FittedModel>();
    const outcomes = new Map<string, number>();
    const worsened: number[] = [];
    for (let night = 0; night < NIGHTS; night += 1) {
      const timeSeconds = midnight + night * DAY;
      const metrics = await trainOnce(objects, source(), timeSeconds, [nightly]);
      expect(metrics[0]?.status).not.toBe('failed');
      const stored = await store.load(nightly.name, metrics[0]?.version ?? '');
      const window = historyWindow(nightly, timeSeconds);
      for (const { key, labels, decision, fitted } of stored?.series ?? []) {
        outcomes.set(decision.outcome, (outcomes.get(decision.outcome) ?? 0) + 1);
        const before = inUse.get(key);
        if (fitted === undefined) continue;
        inUse.set(key, fitted);
        if (decision.outcome !== 'promoted' || before === undefined) continue;
        const name = labels.host ?? '';
        const history = samplesOf(
          (time) => measured(name, time),
          window.startSeconds,
          window.endSeconds,
          STEP,
        );
        const { champion, successor } = heldAgainst(history, before, fitted, nightly);
        // What was recorded of the champion is what the models in the store say of the samples.
        expect(decision.champion?.error).toBeCloseTo(champion.error, 9);
        expect(decision.champion?.intervalScore).toBeCloseTo(champion.intervalScore, 9);
        expect(decision.champion?.coverage).toBeCloseTo(champion.coverage, 9);
        expect(decision.champion?.falseAlertsPerWeek).toBeCloseTo(champion.alertsPerWeek, 9);
        const judged = decision.candidate!;
        // The model that was judged, which had not seen the day, and the one in use, which may have.
        for (const worth of [successor, { ...judged, alertsPerWeek: judged.falseAlertsPerWeek! }]) {
          const promise = Math.min(champion.coverage, defaultSettings.intervalWidth);
          expect(worth.error).toBeLessThanOrEqual(champion.error * (1 + errorMargin) + 1e-6);
          expect(worth.intervalScore).toBeLessThanOrEqual(champion.intervalScore * (1 + errorMargin) + 1e-6);
          expect(worth.coverage).toBeGreaterThanOrEqual(promise - coverageMargin - 1e-9);
          expect(worth.alertsPerWeek).toBeLessThanOrEqual(champion.alertsPerWeek + falseAlertsMargin);
        }
        // No gate sees the next day. But the mean distance of two forecasts is no more than its root mean square, and an
        // error grows by no more than that distance: what the gain on the held-out day has paid for, whatever comes.
        const paid = Math.sqrt((champion.error * (1 + errorMargin)) ** 2 - judged.error ** 2);
        const nextDay = samplesOf((time) => soundValue(name, time), timeSeconds, timeSeconds + DAY, STEP);
        const [old, next] = [errorOn(before, nextDay), errorOn(fitted, nextDay)];
        expect(next).toBeLessThanOrEqual(old + paid + 1e-6);
        worsened.push(next / old);
      }
    }
    expect(outcomes.get('promoted')).toBeGreaterThan(400);
    expect(outcomes.get('kept')).toBeGreaterThan(20);
    // Distances that have nothing to do with the errors add up in quadrature, to within the margin: seen from the next day
    // that is a matter of chance, and no more than a small share may be on its wrong side.
    const beyond = worsened.filter((ratio) => ratio > 1 + errorMargin);
    expect(beyond.length / worsened.length).toBeLessThan(0.05);
  });
});
