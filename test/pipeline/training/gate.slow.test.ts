import { describe, expect, it } from 'vitest';
import { forecasterOf } from '../../../lib/baseline/forecasters.ts';
import type { TrainedSeries } from '../../../lib/models/model-set.ts';
import { forecastTimes } from '../../../lib/prophet/forecast-times.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { DAY, defaultSettings, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';

const wave = (time: number) => 10 * Math.cos(((time % DAY) / DAY) * 2 * Math.PI);
const usual = (time: number) => 50 + wave(time) + normalAt(5, Math.floor(time / 300));
const sourceOf = (valueAt: (time: number) => number | undefined) =>
  new FunctionSource(['a'], (_, __, time) => valueAt(time));

/** One night after the other in one store; what became of the one series each night. */
async function nights(
  count: number,
  valueAt: (time: number) => number | undefined,
  settingsOf: (night: number) => Parameters<typeof metric>[0] = () => ({}),
): Promise<TrainedSeries[]> {
  const { objects } = temporaryObjects();
  const trained: TrainedSeries[] = [];
  for (let night = 0; night < count; night += 1) {
    const metrics = await trainOnce(objects, sourceOf(valueAt), midnight + night * DAY, [
      metric(settingsOf(night)),
    ]);
    trained.push(metrics[0]!.series[0]!);
  }
  return trained;
}

/** Mean absolute error of the model in use over the day after a training, against what is usual. */
function errorNextDay({ fitted }: TrainedSeries, untilSeconds: number): number {
  const times = Float64Array.from({ length: 288 }, (_, index) => untilSeconds + index * 300);
  const { expected } = forecasterOf(fitted!.kind).forecast(fitted!.model, forecastTimes(times));
  return expected.reduce((sum, value, row) => sum + Math.abs(value - usual(times[row]!)), 0) / 288;
}

describe('the gate of a training', () => {
  it('replaces an ordinary champion night by night', async () => {
    const trained = await nights(4, usual);
    expect(trained.filter(({ decision }) => decision.outcome === 'promoted').length).toBeGreaterThanOrEqual(
      3,
    );
    for (const { decision } of trained.slice(1)) {
      expect(decision.candidate?.samples).toBe(288);
      expect(decision.champion?.samples).toBe(288);
    }
  });

  it('does not let one poisoned night make the model in use worse', async () => {
    const poison = { start: midnight + DAY, end: midnight + 2 * DAY };
    const poisoned = (time: number) =>
      time >= poison.start && time < poison.end ? usual(time) + 80 : usual(time);
    const before = await nights(2, poisoned);
    const after = await nights(4, poisoned);
    const untouched = errorNextDay(before[1]!, midnight + DAY);
    // Two nights later: the day of the outage lies in the history of every candidate.
    for (const night of [2, 3]) {
      const error = errorNextDay(after[night]!, midnight + night * DAY);
      expect(error).toBeLessThan(untouched * 1.5);
    }
  });

  it('keeps the champion when a changed series makes the candidate worse, and says by how much', async () => {
    const { objects } = temporaryObjects();
    await trainOnce(objects, sourceOf(usual), midnight);
    // The candidate is fitted with next to no freedom for a daily rhythm: a worse model by its settings alone.
    const stiff = {
      kind: 'prophet',
      seasonalities: {
        ...defaultSettings.seasonalities,
        daily: { ...defaultSettings.seasonalities.daily, use: 'never' },
      },
      promotion: { ...defaultSettings.promotion, errorMargin: 0.05 },
    } as const;
    const worse = (time: number) =>
      usual(time) + (time < midnight ? 25 * normalAt(9, Math.floor(time / DAY)) : 0);
    const metrics = await trainOnce(objects, sourceOf(worse), midnight + DAY, [metric(stiff)]);
    const [series] = metrics[0]!.series;
    expect(series?.decision.outcome).toBe('kept');
    expect(series?.decision.reasons.join()).toMatch(/error is .*, the champion's/);
    expect(series?.fitted?.carriedFrom).toMatch(/^20260302T000000Z/);
  });

  it('holds no model to what its champion says of the time ahead once that is older than a week', async () => {
    // The rhythm ends for good: what is fitted to both halves of the history is near neither.
    const ended = (time: number) => 50 + (time < midnight ? wave(time) : 0) + normalAt(5, time / 300) / 10;
    const trained = await nights(22, ended);
    const agesDays = trained.map(
      ({ fitted }, night) => (midnight + night * DAY - fitted!.trainedUntilSeconds) / DAY,
    );
    expect(Math.max(...agesDays)).toBeLessThan(9);
    const { candidate, seasonalNaive } = trained.at(-1)!.decision;
    expect(candidate!.error).toBeLessThan(1.05 * seasonalNaive!.error);
    const last = midnight + 21 * DAY;
    const { fitted } = trained.at(-1)!;
    const times = Float64Array.from({ length: 288 }, (_, index) => last + index * 300);
    const { expected } = forecasterOf(fitted!.kind).forecast(fitted!.model, forecastTimes(times));
    for (const value of expected) expect(Math.abs(value - 50)).toBeLessThan(0.5);
  });

  it('uses seasonal naive where Prophet forecasts worse, and says so', async () => {
    // A batch job of ten minutes: no smooth rhythm follows it.
    const batch = (time: number) =>
      50 + ((time % DAY) % 7200 < 1800 ? 40 : 0) + normalAt(3, Math.floor(time / 300)) * 0.5;
    const [series] = await nights(1, batch);
    expect(series?.fitted?.kind).toBe('seasonal-naive');
    expect(series?.decision.reasons[0]).toMatch(/seasonal naive is used instead of prophet: its error is/);
  });

  it('uses no first model whose band misses most of the day that it had not seen', async () => {
    const moved = (time: number) => usual(time) + (time >= midnight - DAY ? 300 : 0);
    const [series] = await nights(1, moved);
    expect(series).toMatchObject({ decision: { outcome: 'refused' }, fitted: undefined });
    expect(series?.decision.reasons.join()).toContain('0.0% of 288 held-out samples');
  });

  it('finds nothing to compare on when the champion has just learnt the same day', async () => {
    const { objects } = temporaryObjects();
    await trainOnce(objects, sourceOf(usual), midnight);
    const metrics = await trainOnce(objects, sourceOf(usual), midnight + 600);
    expect(metrics[0]).toMatchObject({ status: 'kept' });
    expect(metrics[0]?.series[0]?.decision.reasons[0]).toMatch(
      /has already learnt 99% of the held-out samples/,
    );
  });

  it('takes a changed configuration at its word then', async () => {
    const { objects } = temporaryObjects();
    await trainOnce(objects, sourceOf(usual), midnight);
    const changed = metric({ intervalWidth: 0.8 });
    const metrics = await trainOnce(objects, sourceOf(usual), midnight + 600, [changed]);
    expect(metrics[0]?.series[0]?.decision).toMatchObject({ outcome: 'promoted' });
    expect(metrics[0]?.series[0]?.decision.reasons.join()).toContain('the settings have changed');
  });

  it('keeps the model of a series that is away for a night, and forgets it when its history has passed', async () => {
    const away = (time: number) => (time < midnight ? usual(time) : undefined);
    const { objects } = temporaryObjects();
    const both = new FunctionSource(['a', 'b'], (_, host, time) => (host === 'a' ? usual(time) : away(time)));
    await trainOnce(objects, both, midnight);
    const soon = new FunctionSource(['a'], (_, __, time) => usual(time));
    const metrics = await trainOnce(objects, soon, midnight + DAY);
    const kept = metrics[0]?.series.find(({ labels }) => labels.host === 'b');
    expect(kept).toMatchObject({ decision: { outcome: 'kept' } });
    expect(kept?.fitted?.carriedFrom).toMatch(/^20260302T000000Z/);
    const late = await trainOnce(objects, soon, midnight + 30 * DAY);
    expect(late[0]?.series.map(({ labels }) => labels.host)).toEqual(['a']);
  });
});
