import { describe, expect, it } from 'vitest';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { HEALTH_KEY, hosts, metricNamed, minute, spikeAt, TickFixture } from './tick-fixture.ts';

/** Ticks that may fail. */
async function ticks(around: TickFixture, from: number, to: number): Promise<Error[]> {
  const errors: Error[] = [];
  for (let count = from; count < to; count += 1)
    await around.tick(minute(count)).catch((error: Error) => errors.push(error));
  return errors;
}

/** An object store that counts what is read and written, and fails when a test says so. */
function between(
  objects: ObjectStore,
): ObjectStore & { reads: number; writes: number; failure: Error | undefined } {
  const store = {
    name: objects.name,
    reads: 0,
    writes: 0,
    failure: undefined as Error | undefined,
    get: async (key: string) => {
      if (store.failure !== undefined) throw store.failure;
      store.reads += 1;
      return objects.get(key);
    },
    put: async (...request: Parameters<ObjectStore['put']>) => {
      if (store.failure !== undefined) throw store.failure;
      store.writes += 1;
      return objects.put(...request);
    },
    list: (prefix: string) => objects.list(prefix),
    delete: (key: string) => objects.delete(key),
    check: () => objects.check(),
  };
  return store;
}

describe('health over ticks', () => {
  it('keeps since when the result store is down, and that it came back', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    around.failWrites(3);
    expect(await ticks(around, 2, 5)).toEqual([]);
    expect((await around.health()).results).toMatchObject({
      state: 'down',
      sinceSeconds: minute(2),
      trouble: { reason: 'InfluxDB is down' },
    });
    await ticks(around, 5, 6);
    expect((await around.health()).results).toMatchObject({
      state: 'up',
      sinceSeconds: minute(5),
      lastTrouble: { state: 'down', sinceSeconds: minute(2), untilSeconds: minute(5), ticks: 3 },
    });
  });

  it('goes on in a new container', async () => {
    await using around = await TickFixture.make();
    around.failWrites(Infinity);
    await ticks(around, 0, 2);
    around.restart();
    await ticks(around, 2, 12);
    // The count of the second tick was lost with its container, before it was due to be written.
    expect((await around.health()).results).toMatchObject({
      sinceSeconds: minute(0),
      trouble: { ticks: 10 },
    });
  });

  it('is written when something changes, and every five minutes of an outage, never else', async () => {
    await using around = await TickFixture.make();
    const objects = between(around.objects);
    around.healthObjects = objects;
    around.restart();
    await ticks(around, 0, 20);
    expect(objects.writes).toBe(1);
    around.failWrites(11);
    await ticks(around, 20, 31);
    expect(objects.writes).toBe(1 + 3);
    await ticks(around, 31, 40);
    expect(objects.writes).toBe(1 + 3 + 1);
  });

  it('costs a warm container no reading, nor does the state: one write a tick', async () => {
    await using around = await TickFixture.make();
    const objects = between(around.objects);
    around.stateObjects = objects;
    around.healthObjects = objects;
    around.restart();
    await ticks(around, 0, 2);
    const { reads, writes } = objects;
    await ticks(around, 2, 12);
    expect(objects.reads).toBe(reads);
    expect(objects.writes).toBe(writes + 10);
  });

  it('that can neither be read nor written is reported, and changes nothing else', async () => {
    await using undisturbed = await TickFixture.make();
    await ticks(undisturbed, 0, 5);
    await using around = await TickFixture.make();
    const objects = between(around.objects);
    objects.failure = new Error('S3 is away');
    around.healthObjects = objects;
    around.restart();
    expect(await ticks(around, 0, 5)).toEqual([]);
    expect(around.errors).toContain('The health of a shard could not be read');
    expect(around.errors).toContain('The health of a shard could not be written');
    expect(await around.stateDigest()).toBe(await undisturbed.stateDigest());
  });

  it('starts empty where what is stored is no health', async () => {
    await using around = await TickFixture.make();
    await around.objects.put(HEALTH_KEY, Buffer.from('<html>'), { kind: 'none' });
    await ticks(around, 0, 1);
    expect((await around.health()).source).toMatchObject({ state: 'up', sinceSeconds: minute(0) });
  });

  it('is notified of the store of states itself once that is back', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    const objects = between(around.objects);
    around.stateObjects = objects;
    around.healthObjects = objects;
    around.restart();
    objects.failure = new Error('S3 is away');
    expect(await ticks(around, 1, 3)).toHaveLength(2);
    objects.failure = undefined;
    await ticks(around, 3, 4);
    expect((await around.health()).objects).toMatchObject({
      state: 'up',
      sinceSeconds: minute(3),
      lastTrouble: { state: 'down', sinceSeconds: minute(1), ticks: 2, reason: 'S3 is away' },
    });
  });

  it('leaves the state of the shard as it would be without any trouble of the health', async () => {
    await using undisturbed = await TickFixture.make();
    await ticks(undisturbed, 0, 6);
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    around.failWrites(3);
    await ticks(around, 1, 6);
    expect(await around.stateDigest()).toBe(await undisturbed.stateDigest());
  });
});

describe('health that two containers keep in turns', () => {
  it('does not stay down for good when the one that saw the outage is gone', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    const other = around.besides();
    other.failWrites(1);
    await ticks(other, 2, 3);
    expect((await around.health()).results).toMatchObject({ state: 'down' });
    await ticks(around, 2, 20);
    expect((await around.health()).results).toMatchObject({
      state: 'up',
      lastTrouble: { state: 'down', sinceSeconds: minute(2) },
    });
  });

  it('is not put back to an old outage by one that had nothing to do', async () => {
    await using around = await TickFixture.make();
    around.failWrites(1);
    await ticks(around, 0, 1);
    const other = around.besides();
    await ticks(other, 0, 7);
    expect((await around.health()).results).toMatchObject({ state: 'up' });
    await ticks(around, 6, 7);
    expect((await around.health()).results).toMatchObject({ state: 'up' });
  });
});

describe('the health of a source', () => {
  it('is down while no query gets through', async () => {
    await using around = await TickFixture.make();
    around.beforeQuery = async () => {
      throw new SourceUnavailableError('Prometheus is away');
    };
    await ticks(around, 0, 2);
    expect((await around.health()).source).toMatchObject({ state: 'down', sinceSeconds: minute(0) });
  });

  it('is down while a simulation answers instead', async () => {
    await using around = await TickFixture.make();
    around.answerWith = (result) => ({
      ...result,
      isSimulated: true,
      warnings: ['simulation answers instead'],
    });
    await ticks(around, 0, 1);
    expect((await around.health()).source).toMatchObject({
      state: 'down',
      trouble: { reason: 'simulation answers instead' },
    });
  });

  it.each([
    ['answers in part', new SourceUnavailableError('away')],
    ['refuses the query of one metric', new SourceQueryError('parse error')],
  ])('is degraded while it %s', async (_, error) => {
    await using around = await TickFixture.make();
    around.metrics = ['cpu', 'memory'].map((name) => metricNamed(name));
    around.beforeQuery = async ({ query }) => {
      if (query === 'memory') throw error;
    };
    await ticks(around, 0, 1);
    expect((await around.health()).source).toMatchObject({
      state: 'degraded',
      trouble: { reason: error.message },
    });
  });

  it('is degraded while its answers come with warnings', async () => {
    await using around = await TickFixture.make();
    around.warnings = ['a store did not answer'];
    await ticks(around, 0, 1);
    expect((await around.health()).source).toMatchObject({
      state: 'degraded',
      trouble: { reason: 'a store did not answer' },
    });
  });
});

describe('what a tick reports of its connections', () => {
  it('is a record each beside its own, in the results', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    around.failWrites(2);
    await ticks(around, 2, 5);
    const records = (await around.lines('health')).map((line) => JSON.parse(line));
    const ofLastTick = records.filter(({ timeSeconds }) => timeSeconds === minute(4));
    expect(ofLastTick).toContainEqual(expect.objectContaining({ role: 'source', state: 'up', ticks: 0 }));
    // What can be read of the store's outage is in the first record after it.
    expect(ofLastTick).toContainEqual(
      expect.objectContaining({
        role: 'results',
        state: 'down',
        sinceSeconds: minute(2),
        ticks: 2,
        reason: 'InfluxDB is down',
      }),
    );
  });

  it('stands at whole seconds, whatever clock the tick ran by', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0) + 0.25);
    for (const measurement of ['tick', 'health'] as const)
      for (const line of await around.lines(measurement))
        expect(JSON.parse(line)).toMatchObject({ timeSeconds: minute(0) });
    expect((await around.health()).source).toMatchObject({ sinceSeconds: minute(0) });
  });

  it('is nothing when the same event comes again', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    const before = await around.lines('health');
    await ticks(around, 0, 1);
    expect(await around.lines('health')).toEqual(before);
  });
});

describe('what a tick measures of itself', () => {
  it('is the lag and the series scored; counts of trouble only when there is some', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    const [measured] = around.measured.slice(-1);
    const sent = Object.entries(measured ?? {}).filter(([, value]) => value !== undefined);
    // The clock of these ticks stands still: no phase took any time.
    expect(Object.fromEntries(sent)).toEqual({ WatermarkLag: 0, SeriesScored: 3 });
  });

  it('is a lag that grows while the ticks fail', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    around.killWrites(3);
    await ticks(around, 1, 4);
    expect(around.measured.map(({ WatermarkLag }) => WatermarkLag)).toEqual([0, 60, 120, 180]);
  });

  it('is a store that is down, and what waits for it, while no lag grows', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    around.failWrites(3);
    await ticks(around, 1, 5);
    expect(around.measured.map(({ WatermarkLag }) => WatermarkLag)).toEqual([0, 0, 0, 0, 0]);
    expect(around.measured.map(({ StoreDown }) => StoreDown)).toEqual([undefined, 1, 1, 1, undefined]);
    const spooled = around.measured.map(({ ResultsSpooled }) => ResultsSpooled);
    expect(spooled).toEqual([
      undefined,
      expect.any(Number),
      expect.any(Number),
      expect.any(Number),
      undefined,
    ]);
  });

  it('counts alerts that were sent, and those that a channel did not take', async () => {
    await using around = await TickFixture.make();
    around.seriesOf = () => hosts([spikeAt(2)]);
    await ticks(around, 0, 2);
    around.isChannelDown = true;
    await ticks(around, 2, 3);
    expect(around.measured.at(-1)).toMatchObject({ AlertDeliveryFailures: 1, AlertChannelDown: 1 });
    around.isChannelDown = false;
    await ticks(around, 3, 4);
    expect(around.measured.at(-1)).toMatchObject({
      AlertsDelivered: around.sent.length,
      AlertChannelDown: undefined,
    });
    expect(around.sent).not.toEqual([]);
  });

  it('counts answers that came in part and metrics that could not be scored', async () => {
    await using around = await TickFixture.make();
    around.metrics = ['cpu', 'memory'].map((name) => metricNamed(name));
    around.warnings = ['a store did not answer'];
    around.beforeQuery = async ({ query }) => {
      if (query === 'memory') throw new SourceUnavailableError('away');
    };
    await ticks(around, 0, 1);
    expect(around.measured.at(-1)).toMatchObject({
      PartialQueries: 1,
      MetricFaults: 1,
      ConnectionDegraded: 1,
    });
  });

  it('is nothing when another tick of the shard was faster', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 1);
    around.afterPhase = (phase) => {
      if (phase === 'write') throw new ObjectConflictError('state');
    };
    expect(await ticks(around, 1, 2)).toHaveLength(1);
    expect(around.measured).toHaveLength(1);
  });
});
