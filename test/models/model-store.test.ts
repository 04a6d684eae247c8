import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ChampionChangedError, UnknownModelVersionError } from '../../lib/models/errors.ts';
import { ModelStore } from '../../lib/models/model-store.ts';
import { temporaryObjects, trainedModels } from './trained-models.ts';

const HOUR = 3600;
const start = 1_772_420_400;

async function storeWithVersions(count: number, metric = 'cpu_usage') {
  const { objects, folder } = temporaryObjects();
  const store = new ModelStore(objects);
  const versions: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const trainedAtSeconds = start + index * HOUR;
    const version = await store.save(await trainedModels({ metric, trainedAtSeconds }));
    await store.promote(metric, version, versions.at(-1), trainedAtSeconds, 30);
    versions.push(version);
  }
  const championOf = async (name = metric) => (await store.champions()).champions.get(name);
  return { store, objects, folder, versions, championOf };
}

describe('a model store', () => {
  it('stores a version once, under a name that sorts by time and identifies the content', async () => {
    const { store, versions } = await storeWithVersions(3);
    expect(versions[0]).toMatch(/^20260302T030000Z-[0-9a-f]{8}$/);
    expect(await store.save(await trainedModels({ trainedAtSeconds: start }))).toBe(versions[0]);
    expect(await store.versions('cpu_usage')).toEqual(versions);
    const other = await store.save(await trainedModels({ trainedAtSeconds: start, isSimulated: true }));
    expect(other).not.toBe(versions[0]);
    expect((await store.load('cpu_usage', other))?.isSimulated).toBe(true);
  });

  it('keeps metrics apart whatever their names, also such as lead upwards', async () => {
    const { objects } = temporaryObjects();
    const store = new ModelStore(objects);
    for (const metric of ['a/b', 'a', '..', 'node:cpu.usage']) {
      const version = await store.save(await trainedModels({ metric }));
      expect(await store.versions(metric)).toEqual([version]);
      expect((await store.load(metric, version))?.metric).toBe(metric);
    }
  });

  it('remembers what was in use, and goes back by one version for each rollback', async () => {
    const { store, versions, championOf } = await storeWithVersions(3);
    expect((await championOf())?.history).toEqual([versions[1], versions[0]]);
    expect((await store.rollback('cpu_usage', undefined, start + 9 * HOUR)).version).toBe(versions[1]);
    expect((await store.rollback('cpu_usage', undefined, start + 9 * HOUR)).version).toBe(versions[0]);
    await expect(store.rollback('cpu_usage', undefined, start)).rejects.toThrow(UnknownModelVersionError);
    await expect(store.rollback('other', undefined, start)).rejects.toThrow(/there is none/);
  });

  it('goes back to a named version', async () => {
    const { store, versions, championOf } = await storeWithVersions(4);
    await store.rollback('cpu_usage', versions[1], start + 9 * HOUR);
    expect(await championOf()).toEqual({
      version: versions[1],
      sinceSeconds: start + 9 * HOUR,
      history: [versions[0]],
    });
    await expect(store.rollback('cpu_usage', versions[3], start)).rejects.toThrow(versions[0]);
  });

  it('promotes a version twice as if once', async () => {
    const { store, versions, championOf } = await storeWithVersions(2);
    const before = await championOf();
    await store.promote('cpu_usage', versions[1]!, versions[0], start + 9 * HOUR, 30);
    expect(await championOf()).toEqual(before);
  });

  it('refuses a promotion that was judged against another champion', async () => {
    const { store, versions, championOf } = await storeWithVersions(2);
    const late = await store.save(await trainedModels({ trainedAtSeconds: start + 5 * HOUR }));
    const attempt = store.promote('cpu_usage', late, versions[0], start + 5 * HOUR, 30);
    await expect(attempt).rejects.toThrow(ChampionChangedError);
    expect((await championOf())?.version).toBe(versions[1]);
  });

  it('loses no promotion when many metrics are promoted at once by several writers', async () => {
    const { objects } = temporaryObjects();
    const metrics = Array.from({ length: 12 }, (_, index) => `metric_${index}`);
    await Promise.all(
      metrics.map(async (metric) => {
        const store = new ModelStore(objects);
        const version = await store.save(await trainedModels({ metric }));
        await store.promote(metric, version, undefined, start, 30);
      }),
    );
    const { champions } = await new ModelStore(objects).champions();
    expect([...champions.keys()].sort()).toEqual([...metrics].sort());
  });

  it('falls back to the version before when the champion is damaged or gone, and says so', async () => {
    const { store, objects, folder, versions, championOf } = await storeWithVersions(3);
    writeFileSync(join(folder, `models/cpu_usage/${versions[2]}.cbor`), 'TDMS, but nothing else');
    const champion = (await championOf())!;
    const damaged = await store.loadChampion('cpu_usage', champion);
    expect(damaged).toMatchObject({ isStale: true, set: { version: versions[1] } });
    expect(damaged?.problems).toHaveLength(1);
    await objects.delete(`models/cpu_usage/${versions[1]}.cbor`);
    const gone = await store.loadChampion('cpu_usage', champion);
    expect(gone).toMatchObject({ isStale: true, set: { version: versions[0] } });
    expect(gone?.problems[1]).toContain('does not exist');
    await objects.delete(`models/cpu_usage/${versions[0]}.cbor`);
    expect(await store.loadChampion('cpu_usage', champion)).toBeUndefined();
  });

  it('takes the newest version of each metric when the pointer itself is damaged, until a promotion mends it', async () => {
    const { store, folder, versions } = await storeWithVersions(3);
    writeFileSync(join(folder, 'models/champions.json'), '{"formatVersion": 1, "metr');
    const { champions, isRebuilt } = await store.champions();
    expect(isRebuilt).toBe(true);
    expect(champions.get('cpu_usage')).toMatchObject({
      version: versions[2],
      history: [versions[1], versions[0]],
    });
    expect(await store.prune('cpu_usage', 2)).toEqual([]);
    await store.rollback('cpu_usage', undefined, start + 9 * HOUR);
    const mended = await store.champions();
    expect(mended.isRebuilt).toBe(false);
    expect(mended.champions.get('cpu_usage')?.version).toBe(versions[1]);
  });

  it('prunes the oldest versions, but none that is in use or can be gone back to', async () => {
    const { store, versions } = await storeWithVersions(6);
    await store.promote('cpu_usage', versions[5]!, undefined, start, 30);
    expect(await store.prune('cpu_usage', 2)).toEqual([]);
    const { store: short, versions: bounded } = await boundedHistory(6, 2);
    expect(await short.prune('cpu_usage', 3)).toEqual(bounded.slice(0, 3));
    expect(await short.versions('cpu_usage')).toEqual(bounded.slice(3));
  });
});

async function boundedHistory(count: number, keepVersions: number) {
  const { objects } = temporaryObjects();
  const store = new ModelStore(objects);
  const versions: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const version = await store.save(await trainedModels({ trainedAtSeconds: start + index * HOUR }));
    await store.promote('cpu_usage', version, versions.at(-1), start, keepVersions);
    versions.push(version);
  }
  return { store, versions };
}
