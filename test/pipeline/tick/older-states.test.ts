import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { FIRST_TICK, hosts, minute, STATE_KEY, spikeAt, TickFixture } from './tick-fixture.ts';

/** As the version before left it after minute 3: an incident that had just begun, and its alert not yet delivered. */
const VERSION_BEFORE = join(import.meta.dirname, 'state-of-version-3.cbor');

const troubled = (around: TickFixture) => {
  around.seriesOf = () => hosts([spikeAt(3)]);
};

/** A store that keeps versions of its objects. */
function versioned(objects: ObjectStore): ObjectStore {
  const versions = new Map<string, Uint8Array[]>();
  return {
    name: objects.name,
    get: (key) => objects.get(key),
    put: async (key, bytes, condition) => {
      const etag = await objects.put(key, bytes, condition);
      versions.set(key, [Uint8Array.from(bytes), ...(versions.get(key) ?? [])]);
      return etag;
    },
    list: (prefix) => objects.list(prefix),
    delete: (key) => objects.delete(key),
    olderVersions: async (key, limit) => (versions.get(key) ?? []).slice(1, limit + 1),
    check: () => objects.check(),
  };
}

describe('a state of the schema version before', () => {
  it('is read: detectors, open incidents and pending alerts go on as if nothing had been upgraded', async () => {
    await using expected = await TickFixture.make();
    troubled(expected);
    for (let count = 0; count < 60; count += 1) {
      expected.isChannelDown = count === 3;
      await expected.tick(minute(count));
    }
    await using around = await TickFixture.make();
    troubled(around);
    await around.objects.put(STATE_KEY, await readFile(VERSION_BEFORE), { kind: 'none' });
    for (let count = 4; count < 60; count += 1)
      expect(await around.tick(minute(count))).toMatchObject({ stateSetAside: undefined });
    expect(around.sent).toEqual(expected.sent);
    expect(around.sent.map(({ event }) => event.kind)).toEqual(expect.arrayContaining(['onset', 'resolved']));
    // The states differ by the episode that the version before did not remember: it changes no verdict.
    const afterwards = (lines: readonly string[]) =>
      lines.filter((line) => JSON.parse(line).timeSeconds >= minute(4)).toSorted();
    const verdicts = afterwards(await around.lines('verdict'));
    expect(verdicts.length).toBeGreaterThan(50);
    expect(verdicts).toEqual(afterwards(await expected.lines('verdict')));
  });
});

describe('a state that can not be read', () => {
  const damage = async (around: TickFixture, objects: ObjectStore, bytes = Buffer.from('damaged')) => {
    await objects.put(STATE_KEY, bytes, { kind: 'none' });
    around.restart();
  };

  it('gives way to the newest version that can: nothing is lost', async () => {
    await using expected = await TickFixture.make();
    troubled(expected);
    await using around = await TickFixture.make();
    troubled(around);
    const objects = versioned(around.objects);
    around.stateObjects = objects;
    around.restart();
    for (let count = 0; count < 20; count += 1) {
      if (count === 6) {
        await damage(around, objects);
        await damage(around, objects, Buffer.alloc(0));
      }
      await expected.tick(minute(count));
      const { stateSetAside } = await around.tick(minute(count));
      expect(stateSetAside !== undefined).toBe(count === 6);
    }
    const unique = (lines: readonly string[]) => [...new Set(lines)].toSorted();
    expect(unique(await around.lines('verdict'))).toEqual(unique(await expected.lines('verdict')));
    expect(new Set(around.sent.map(({ id }) => id))).toEqual(new Set(expected.sent.map(({ id }) => id)));
    expect(await around.stateDigest()).toBe(await expected.stateDigest());
  });

  it('on disk gives way to the version before it, which lies beside it', async () => {
    await using expected = await TickFixture.make();
    troubled(expected);
    await using around = await TickFixture.make();
    troubled(around);
    for (let count = 0; count < 60; count += 1) {
      if (count === 6) {
        await truncate(join(around.objectsDirectory, STATE_KEY), 100);
        around.restart();
      }
      await expected.tick(minute(count));
      const { stateSetAside } = await around.tick(minute(count));
      expect(stateSetAside !== undefined).toBe(count === 6);
    }
    expect(new Set(around.sent.map(({ id }) => id))).toEqual(new Set(expected.sent.map(({ id }) => id)));
    expect(await around.stateDigest()).toBe(await expected.stateDigest());
  });

  it('begins from the start where no older version can be read either', async () => {
    await using around = await TickFixture.make();
    const objects = versioned(around.objects);
    around.stateObjects = objects;
    around.restart();
    await damage(around, objects);
    await damage(around, objects, Buffer.alloc(0));
    const { stateSetAside } = await around.tick(FIRST_TICK);
    expect(stateSetAside).toMatch(/^state\/set-aside\/shard-3-/);
    expect((await around.state()).metrics.get('cpu')?.watermarkSeconds).toBe(FIRST_TICK);
  });
});
