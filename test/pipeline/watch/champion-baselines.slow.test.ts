import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselineModels } from '../../../lib/baseline/registry.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { TrainedModels } from '../../../lib/models/model-set.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { ChampionBaselines } from '../../../lib/pipeline/watch/champion-baselines.ts';
import { isRefusal } from '../../../lib/prophet/refusal.ts';
import { seriesKey } from '../../../lib/series/labels.ts';
import { judgeQuality } from '../../../lib/series/quality.ts';
import { cpuScenario } from '../../../lib/sources/simulation/cpu-scenario.ts';
import { type SimulatedSeries, simulatedValue } from '../../../lib/sources/simulation/simulated-series.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { temporaryObjects } from '../../models/trained-models.ts';
import { simulatedTick, stepSeconds } from '../tick/simulated-tick.ts';

const DAY = 86_400;
const HOUR = 3600;
/** Wednesday, 4 March 2026. */
const promotedAt = Date.UTC(2026, 2, 4, 14) / 1000;
const hosts = cpuScenario(3, 3);

/** Models of the hosts as they were in the 14 days before; `reshape` lets them learn other hosts instead. */
async function modelsOf(
  untilSeconds: number,
  reshape = (host: SimulatedSeries): SimulatedSeries => host,
): Promise<TrainedModels> {
  const window = { startSeconds: untilSeconds - 14 * DAY, endSeconds: untilSeconds };
  const timesSeconds = Float64Array.from(
    { length: (14 * DAY) / stepSeconds },
    (_, index) => window.startSeconds + index * stepSeconds,
  );
  const series = await Promise.all(
    hosts.map(async (host) => {
      const samples = {
        timesSeconds,
        values: timesSeconds.map((time) => simulatedValue(reshape(host), time)),
      };
      const model = await baselineModels.prophet.fit(samples, {});
      if (isRefusal(model)) throw new Error(model.explanation);
      return {
        key: seriesKey(host.labels),
        labels: host.labels,
        quality: judgeQuality(samples, stepSeconds),
        decision: { outcome: 'promoted', reasons: ['a test'] } as const,
        fitted: {
          kind: 'prophet',
          model,
          skill: baselineModels.prophet.skill(model),
          trainedUntilSeconds: untilSeconds,
          carriedFrom: undefined,
        } as const,
      };
    }),
  );
  return {
    metric: 'cpu_usage',
    trainedAtSeconds: untilSeconds,
    configurationHash: '',
    window,
    libraries: {},
    isSimulated: true,
    series,
  };
}

/** What is in use before the promotion, and what after it: a model that knows four fifths of the daily rhythm. */
async function storeWithTwo() {
  const { objects, folder } = temporaryObjects();
  const store = new ModelStore(objects);
  const first = await store.save(await modelsOf(promotedAt - 4 * DAY));
  const second = await store.save(
    await modelsOf(promotedAt - 2 * HOUR, (host) => ({ ...host, dailyAmplitude: host.dailyAmplitude * 0.8 })),
  );
  await store.promote('cpu_usage', first, undefined, promotedAt - DAY, 30);
  return { objects, folder, store, first, second };
}

/** The alerts within three hours of a midnight in five days, when a promotion is taken over, with a promotion every night but the first or without any. */
async function alertsOfFiveNights(isPromoted: boolean): Promise<number> {
  const { objects } = temporaryObjects();
  const store = new ModelStore(objects);
  const { results, tick } = simulatedTick(objects, hosts);
  const baselines = new ChampionBaselines(store, silentLogger);
  const firstNight = promotedAt - 11 * HOUR;
  let champion: string | undefined;
  for (let night = 0; night < 5; night += 1) {
    const midnight = firstNight + night * DAY;
    if (isPromoted || night === 0) {
      const version = await store.save(await modelsOf(midnight - HOUR));
      await store.promote('cpu_usage', version, champion, midnight, 30);
      champion = version;
    }
    // The first tick learns a week before it alerts for good.
    await tick(midnight, baselines);
    if (night === 0) results.clear();
    for (let hour = 1; hour < 24; hour += 1) await tick(midnight + hour * HOUR, baselines);
  }
  return results.alerts.filter(
    ({ kind, timeSeconds }) => kind !== 'resolved' && (timeSeconds - firstNight) % DAY < 3 * HOUR,
  ).length;
}

describe('the champions as baselines of the tick', () => {
  it('makes no more alerts of a promotion every night than there are at those hours without any', async () => {
    expect(await alertsOfFiveNights(true)).toBeLessThanOrEqual(await alertsOfFiveNights(false));
  });

  it('hands over once a promotion, not for the first model, and remembers it between processes', async () => {
    const { objects, store, first, second } = await storeWithTwo();
    let adopted = 0;
    const counting: typeof rarity = {
      ...rarity,
      adoptBaseline: (state, at) => {
        adopted += 1;
        rarity.adoptBaseline(state, at);
      },
    };
    const { tick } = simulatedTick(objects, hosts, { detector: counting });
    const cold = () => new ChampionBaselines(new ModelStore(objects), silentLogger);
    await tick(promotedAt - stepSeconds, cold());
    await tick(promotedAt, cold());
    expect(adopted).toBe(0);
    await store.promote('cpu_usage', second, first, promotedAt, 30);
    await tick(promotedAt + stepSeconds, cold());
    expect(adopted).toBe(hosts.length);
    await tick(promotedAt + 2 * stepSeconds, cold());
    expect(adopted).toBe(hosts.length);
    await store.rollback('cpu_usage', undefined, promotedAt);
    await tick(promotedAt + 3 * stepSeconds, cold());
    expect(adopted).toBe(2 * hosts.length);
  });

  it('reads nothing on the warm path, the pointer every few minutes, and a set only when it has changed', async () => {
    const { objects, store, first, second } = await storeWithTwo();
    const reads: string[] = [];
    const counting = Object.assign(Object.create(objects) as typeof objects, {
      get: (key: string) => {
        reads.push(key);
        return objects.get(key);
      },
    });
    const baselines = new ChampionBaselines(new ModelStore(counting), silentLogger);
    const pointer = 'models/champions.json';
    await baselines.refresh(['cpu_usage', 'unknown'], 0);
    expect(reads).toEqual([pointer, `models/cpu_usage/${first}.cbor`]);
    await baselines.refresh(['cpu_usage', 'unknown'], 60);
    expect(reads).toHaveLength(2);
    await baselines.refresh(['cpu_usage'], 300);
    expect(reads.slice(2)).toEqual([pointer]);
    await store.promote('cpu_usage', second, first, 300, 30);
    await baselines.refresh(['cpu_usage'], 600);
    expect(reads.slice(3)).toEqual([pointer, `models/cpu_usage/${second}.cbor`]);
  });

  it.each([
    ['is damaged', (file: string) => writeFileSync(file, 'half of a mod')],
    ['is missing', (file: string) => rmSync(file)],
  ])('says stale-model while the champion %s and the one before it stands in', async (_, spoil) => {
    const { objects, folder, store, first, second } = await storeWithTwo();
    await store.promote('cpu_usage', second, first, promotedAt, 30);
    spoil(join(folder, `models/cpu_usage/${second}.cbor`));
    const { results, tick } = simulatedTick(objects, hosts);
    await tick(promotedAt, new ChampionBaselines(store, silentLogger));
    const kinds = new Set(results.verdicts.slice(-10).map(({ verdict }) => verdict.kind));
    expect([...kinds]).toEqual(['stale-model']);
  });

  it('says stale-model of a model whose history ended more than a week ago', async () => {
    const { store } = await storeWithTwo();
    const baselines = new ChampionBaselines(store, silentLogger);
    const isStaleAt = async (timeSeconds: number) => {
      await baselines.refresh(['cpu_usage'], timeSeconds);
      return baselines.at('cpu_usage', Float64Array.of(timeSeconds)).of(seriesKey(hosts[0]!.labels))?.isStale;
    };
    expect(await isStaleAt(promotedAt + 2.9 * DAY)).toBe(false);
    expect(await isStaleAt(promotedAt + 3.1 * DAY)).toBe(true);
  });

  it('goes on with the models in memory while the store is away, and fails when there are none', async () => {
    const { objects, store } = await storeWithTwo();
    const away = Object.assign(Object.create(objects) as typeof objects, {
      get: () => Promise.reject(new Error('no route to host')),
    });
    const cold = new ChampionBaselines(new ModelStore(away), silentLogger);
    await expect(cold.refresh(['cpu_usage'], 0)).rejects.toThrow('no route');
    let isAway = false;
    const flaky = Object.assign(Object.create(objects) as typeof objects, {
      get: (key: string) => (isAway ? away.get() : objects.get(key)),
    });
    const warm = new ChampionBaselines(new ModelStore(flaky), silentLogger);
    await warm.refresh(['cpu_usage'], 0);
    isAway = true;
    await warm.refresh(['cpu_usage'], 600);
    expect(warm.at('cpu_usage', Float64Array.of(600)).of(seriesKey(hosts[0]!.labels))).toBeDefined();
    expect((await store.champions()).isRebuilt).toBe(false);
  });
});
