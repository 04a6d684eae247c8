import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { uniformAt } from '../../../lib/series/seeded-noise.ts';
import { SourceUnavailableError } from '../../../lib/sources/errors.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { hosts, metricNamed, minute, spikeAt, TickFixture } from './tick-fixture.ts';

const TICKS = 2000;
const SEED = 20_261;
/** Without faults, so that what waits is sent and what is behind catches up. */
const CALM_TICKS = 10;
/** Of the heap after a collection, between a quarter of the way and the end. */
const HEAP_GROWTH_BYTES = 24 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** The same luck for the same seed, however the code asks for it. */
class Luck {
  #asked = 0;

  happens(probability: number): boolean {
    this.#asked += 1;
    return uniformAt(SEED, this.#asked) < probability;
  }
}

class KilledError extends Error {}

function arrange(around: TickFixture): void {
  const spikes = Array.from({ length: 12 }, (_, index) => spikeAt(300 + index * 130));
  around.metrics = [
    metricNamed('cpu', rarity, {
      warmUpSeconds: 24 * 3600,
      lateCheckSeconds: 600,
      alertOnMissing: true,
      monitor: {
        ...metricNamed('cpu', rarity).monitor,
        settings: { ...metricNamed('cpu', rarity).monitor.settings, falseAlertsPerWeek: 1 },
      },
    }),
    metricNamed('load'),
  ];
  around.seriesOf = () => hosts(spikes);
  // The last host is away for an hour, then comes back.
  around.answerWith = (result) => ({
    ...result,
    series: result.series.flatMap((series, index) => {
      if (index !== 2) return [series];
      const { timesSeconds, values } = series.samples;
      const isThere = (time: number) => time < minute(700) || time >= minute(760);
      const kept = [...timesSeconds.keys()].filter((at) => isThere(timesSeconds[at]!));
      if (kept.length === 0) return [];
      return [
        {
          labels: series.labels,
          samples: {
            timesSeconds: Float64Array.from(kept, (at) => timesSeconds[at]!),
            values: Float64Array.from(kept, (at) => values[at]!),
          },
        },
      ];
    }),
  });
}

/** A store that fails before it has written, or after, which the caller can't tell apart. */
function unreliable(objects: ObjectStore, luck: Luck): ObjectStore {
  const fail = () => {
    throw new Error('S3 is slow');
  };
  return {
    name: objects.name,
    get: async (key) => (luck.happens(0.02) ? fail() : objects.get(key)),
    put: async (key, bytes, condition) => {
      if (luck.happens(0.02)) fail();
      const etag = await objects.put(key, bytes, condition);
      return luck.happens(0.02) ? fail() : etag;
    },
    list: (prefix) => objects.list(prefix),
    delete: (key) => objects.delete(key),
    check: () => objects.check(),
  };
}

function disturb(around: TickFixture, luck: Luck): void {
  around.stateObjects = unreliable(around.objects, luck);
  around.restart();
  around.beforeQuery = async () => {
    if (luck.happens(0.05)) throw new SourceUnavailableError('a timeout');
  };
  around.beforeWrite = async () => {
    if (luck.happens(0.05)) throw new ResultsUnavailableError('InfluxDB is down');
  };
  around.afterPhase = () => {
    if (luck.happens(0.01)) throw new KilledError('killed');
  };
}

function calm(around: TickFixture): void {
  around.stateObjects = around.objects;
  around.restart();
  around.beforeQuery = async () => {};
  around.beforeWrite = async () => {};
  around.afterPhase = () => {};
  around.isChannelDown = false;
}

async function remains(around: TickFixture) {
  const verdicts = await around.lines('verdict');
  return {
    verdicts: [...new Set(verdicts)].sort(),
    alerts: [...new Set(await around.lines('alert'))].sort(),
    sent: [...new Set(around.sent.map((alert) => JSON.stringify(alert)))].sort(),
    state: await around.stateDigest(),
  };
}

describe('2,000 ticks', () => {
  it('with faults everywhere leave what they leave without: nothing lost, nothing double, no memory', async () => {
    await using sound = await TickFixture.make();
    arrange(sound);
    for (let tick = 0; tick < TICKS; tick += 1) await sound.tick(minute(tick));
    const expected = await remains(sound);

    await using around = await TickFixture.make();
    arrange(around);
    const luck = new Luck();
    let heapAtQuarter = 0;
    let failures = 0;
    await around.tick(minute(0));
    disturb(around, luck);
    for (let tick = 1; tick < TICKS; tick += 1) {
      if (tick === TICKS - CALM_TICKS) calm(around);
      if (tick < TICKS - CALM_TICKS) {
        if (luck.happens(0.05)) continue;
        around.isChannelDown = luck.happens(0.1);
        if (luck.happens(0.1)) around.restart();
      }
      const times = [tick];
      if (luck.happens(0.05)) times.push(tick);
      if (luck.happens(0.05)) times.push(tick - 3);
      for (const time of times) {
        await around.tick(minute(time)).catch((error: unknown) => {
          failures += 1;
          // A process that was killed remembers nothing.
          if (error instanceof KilledError) around.restart();
        });
      }
      if (tick === TICKS / 4) heapAtQuarter = heapBytes();
    }
    const growth = heapBytes() - heapAtQuarter;
    const found = await remains(around);
    expect(failures).toBeGreaterThan(200);
    expect(expected.sent.length).toBeGreaterThan(10);
    expect(found.verdicts).toEqual(expected.verdicts);
    expect(found.alerts).toEqual(expected.alerts);
    expect(found.sent).toEqual(expected.sent);
    expect(found.state).toBe(expected.state);
    expect(growth).toBeLessThan(HEAP_GROWTH_BYTES);
  });
});
