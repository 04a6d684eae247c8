import { describe, expect, it } from 'vitest';
import { forecasterOf } from '../../../lib/baseline/forecasters.ts';
import type { FittedModel } from '../../../lib/models/model-set.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { forecastTimes } from '../../../lib/prophet/forecast-times.ts';
import { normalAt } from '../../../lib/sources/simulation/seeded-noise.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { DAY, defaultSettings, FunctionSource, metric, midnight, trainOnce } from './training-run.ts';

const STEP = 900;
const NIGHTS = 30;
const hosts = Array.from({ length: 20 }, (_, index) => `host-${index}`);

/** What the series would be on a day without trouble. */
function soundValue(host: number, time: number): number {
  const phase = ((time % DAY) / DAY) * 2 * Math.PI;
  const shifted = host % 5 === 1 && time >= midnight + 12 * DAY ? 15 : 0;
  return (
    60 +
    host +
    (8 + host / 2) * Math.cos(phase + host) +
    shifted +
    normalAt(host + 1, Math.floor(time / STEP))
  );
}

/** What was measured: outages, missing days, a target that dies, one poisoned night. */
function measured(name: string, time: number): number | undefined {
  const host = hosts.indexOf(name);
  const day = Math.floor((time - midnight) / DAY);
  if (host % 5 === 0 && (day === 6 || day === 19)) return 0;
  if (host % 5 === 2 && (day === 3 || day === 4 || day === 15)) return undefined;
  if (host === 3 && day >= 9) return undefined;
  if (day === 10 && (time % DAY) / 3600 < 6) return soundValue(host, time) * 3;
  return soundValue(host, time);
}

/** Mean absolute error against a sound day. */
function errorOn({ kind, model }: FittedModel, host: number, startSeconds: number): number {
  const times = Float64Array.from({ length: DAY / STEP }, (_, index) => startSeconds + index * STEP);
  const { expected } = forecasterOf(kind).forecast(model, forecastTimes(times));
  return (
    expected.reduce((sum, value, row) => sum + Math.abs(value - soundValue(host, times[row]!)), 0) /
    times.length
  );
}

describe('a month of nights with everything that befalls series', { timeout: 120_000 }, () => {
  it('never exchanges a model for one that is worse on the held-out day or, on the whole, on the next', async () => {
    const { objects } = temporaryObjects();
    const settings = { stepSeconds: STEP, promotion: defaultSettings.promotion };
    const { coverageMargin, errorMargin } = settings.promotion;
    const inUse = new Map<string, FittedModel>();
    const changes: { readonly before: number; readonly after: number }[] = [];
    for (let night = 0; night < NIGHTS; night += 1) {
      const timeSeconds = midnight + night * DAY;
      const source = new FunctionSource(hosts, (_, name, time) => measured(name, time));
      const { metrics } = await trainOnce(objects, source, timeSeconds, [
        { ...metric(settings), stepSeconds: STEP },
      ]);
      expect(metrics[0]?.status).not.toBe('failed');
      for (const { key, labels, decision, fitted } of metrics[0]?.series ?? []) {
        const before = inUse.get(key);
        if (fitted === undefined) continue;
        inUse.set(key, fitted);
        if (decision.outcome !== 'promoted' || before === undefined) continue;
        const { candidate, champion } = decision;
        expect(candidate?.error).toBeLessThanOrEqual((champion?.error ?? 0) * (1 + errorMargin) + 1e-6);
        const promise = Math.min(champion?.coverage ?? 0, defaultSettings.intervalWidth);
        expect(candidate?.coverage).toBeGreaterThanOrEqual(promise - coverageMargin - 1e-9);
        const host = hosts.indexOf(labels.host ?? '');
        changes.push({
          before: errorOn(before, host, timeSeconds),
          after: errorOn(fitted, host, timeSeconds),
        });
      }
    }
    expect(changes.length).toBeGreaterThan(100);
    const worse = changes.filter(({ before, after }) => after > before * 2);
    expect(worse).toEqual([]);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(changes.map(({ after }) => after))).toBeLessThan(
      mean(changes.map(({ before }) => before)) * 1.01,
    );
  });

  it('rolls back to forecasts that are the old ones bit for bit', async () => {
    const { objects } = temporaryObjects();
    const store = new ModelStore(objects);
    const source = new FunctionSource(['host-4'], (_, name, time) => measured(name, time));
    const forecastNow = async () => {
      const champion = (await store.champions()).champions.get('cpu_usage');
      const loaded = champion && (await store.loadChampion('cpu_usage', champion));
      const fitted = loaded?.set.series[0]?.fitted;
      if (fitted === undefined) throw new Error('There is no champion');
      return forecasterOf(fitted.kind).forecast(
        fitted.model,
        forecastTimes(Float64Array.of(midnight + 9 * DAY)),
      );
    };
    const nightly = { ...metric({ stepSeconds: STEP }), stepSeconds: STEP };
    await trainOnce(objects, source, midnight, [nightly]);
    const old = await forecastNow();
    await trainOnce(objects, source, midnight + DAY, [nightly]);
    expect(await forecastNow()).not.toEqual(old);
    await store.rollback('cpu_usage', undefined, midnight + DAY);
    expect(await forecastNow()).toEqual(old);
  });
});
