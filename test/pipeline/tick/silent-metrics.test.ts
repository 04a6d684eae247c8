import { describe, expect, it } from 'vitest';
import { NoticeDeliveryError } from '../../../lib/alerts/errors.ts';
import type { NoticeChannel } from '../../../lib/alerts/notice-channel.ts';
import { decodeShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import { ResultsRejectedError } from '../../../lib/results/errors.ts';
import type { Series } from '../../../lib/series/series.ts';
import { SourceQueryError } from '../../../lib/sources/errors.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { HEALTH_KEY, metricNamed, minute, TickFixture } from './tick-fixture.ts';

/** The fixture's default: ten ticks of a minute. */
const SILENT_AFTER = 10;

async function ticks(around: TickFixture, from: number, to: number): Promise<void> {
  for (let count = from; count < to; count += 1) await around.tick(minute(count)).catch(() => {});
}

const health = async (around: TickFixture) =>
  decodeShardHealth((await around.objects.get(HEALTH_KEY))!.bytes);
const noticed = (around: TickFixture) =>
  around.notices.map(({ kind, metric, timeSeconds }) => [kind, metric, timeSeconds]);

/** The fault is there from one tick to another. */
type Fault = (around: TickFixture) => void;

const faults: Readonly<
  Record<string, { readonly begin: Fault; readonly end: Fault; readonly reason: RegExp }>
> = {
  'its query is refused': {
    begin: (around) => {
      around.beforeQuery = async ({ query }) => {
        if (query === 'memory') throw new SourceQueryError('many-to-many matching not allowed');
      };
    },
    end: (around) => {
      around.beforeQuery = async () => {};
    },
    reason: /many-to-many/,
  },
  'its query returns nothing any more': {
    begin: (around) => {
      around.answerWith = (result, { query }) => (query === 'memory' ? { ...result, series: [] } : result);
    },
    end: (around) => {
      around.answerWith = (result) => result;
    },
    reason: /^The query returns no series; 3 are known$/,
  },
  'the clock of its source is an hour behind': {
    begin: (around) => {
      around.answerWith = (result, { query, endSeconds }) =>
        query === 'memory' ? { ...result, clockSeconds: endSeconds - 3600 } : result;
    },
    end: (around) => {
      around.answerWith = (result) => result;
    },
    reason: /no new samples/,
  },
};

/** What of a series has arrived by a moment. */
function upTo({ labels, samples: { timesSeconds, values } }: Series, seconds: number): Series {
  const count = timesSeconds.filter((time) => time <= seconds).length;
  return {
    labels,
    samples: { timesSeconds: timesSeconds.subarray(0, count), values: values.subarray(0, count) },
  };
}

/** The store's calls, as they can be replaced one by one. */
const storeOf = (objects: ObjectStore): ObjectStore => ({
  name: objects.name,
  get: (key) => objects.get(key),
  put: (key, bytes, condition) => objects.put(key, bytes, condition),
  list: (prefix) => objects.list(prefix),
  delete: (key) => objects.delete(key),
  check: () => objects.check(),
});

async function twoMetrics(): Promise<TickFixture> {
  const around = await TickFixture.make();
  around.metrics = ['cpu', 'memory'].map((name) => metricNamed(name));
  return around;
}

describe('a metric that gives no scored sample', () => {
  it.each(Object.entries(faults))(
    'since %s is silent after ten ticks, with the reason, and recovers',
    async (_, fault) => {
      for (const isWarm of [true, false]) {
        await using around = await twoMetrics();
        await ticks(around, 0, 3);
        fault.begin(around);
        for (let count = 3; count < 20; count += 1) {
          if (!isWarm) around.restart();
          await around.tick(minute(count));
        }
        expect(noticed(around)).toEqual([['metricSilent', 'memory', minute(2 + SILENT_AFTER + 1)]]);
        expect(around.notices[0]?.text).toContain('The metric memory has no scored sample since');
        expect(around.notices[0]?.facts.reason).toMatch(fault.reason);
        expect((await health(around)).metrics).toMatchObject([
          {
            metric: 'memory',
            state: 'silent',
            lastScoredSeconds: minute(2),
            reason: expect.stringMatching(fault.reason),
          },
        ]);
        expect(around.measured.at(-1)).toMatchObject({ MetricsSilent: 1 });
        fault.end(around);
        if (!isWarm) around.restart();
        await ticks(around, 20, 22);
        expect(noticed(around).slice(1)).toEqual([['metricRecovered', 'memory', minute(20)]]);
        expect((await health(around)).metrics).toEqual([]);
        expect(around.measured.at(-1)?.MetricsSilent).toBeUndefined();
      }
    },
  );

  it('ever since it is configured is silent too, also when each tick has a new container', async () => {
    await using around = await twoMetrics();
    faults['its query returns nothing any more']!.begin(around);
    for (let count = 0; count < 15; count += 1) {
      around.restart();
      await around.tick(minute(count));
    }
    expect(noticed(around)).toEqual([['metricSilent', 'memory', minute(SILENT_AFTER + 1)]]);
    expect(around.notices[0]?.facts.reason).toBe('The query returns no series');
  });

  it('since all ticks fail is silent, with what they fail with', async () => {
    await using around = await twoMetrics();
    await ticks(around, 0, 3);
    around.killWrites(Infinity);
    await ticks(around, 3, 16);
    expect(noticed(around).map(([kind, metric]) => [kind, metric])).toEqual([
      ['metricSilent', 'cpu'],
      ['metricSilent', 'memory'],
    ]);
    expect(around.notices[0]?.facts.reason).toBe('The ticks fail: killed');
  });

  it('stays silent when an old event comes again', async () => {
    await using around = await twoMetrics();
    await ticks(around, 0, 3);
    faults['its query is refused']!.begin(around);
    await ticks(around, 3, 16);
    await around.tick(minute(5));
    expect((await health(around)).metrics).toMatchObject([{ metric: 'memory', state: 'silent' }]);
  });

  it('is reported again by a container that has not noticed how another one scored it in between', async () => {
    await using warm = await twoMetrics();
    await ticks(warm, 0, 3);
    const away = async () => {
      throw new SourceQueryError('many-to-many matching not allowed');
    };
    warm.beforeQuery = away;
    await ticks(warm, 3, 16);
    await using other = await TickFixture.make();
    other.metrics = warm.metrics;
    other.stateObjects = warm.objects;
    other.healthObjects = warm.objects;
    other.restart();
    await ticks(other, 16, 17);
    expect(noticed(other).map(([kind, metric]) => [kind, metric])).toEqual([
      ['metricRecovered', 'cpu'],
      ['metricRecovered', 'memory'],
    ]);
    await ticks(warm, 17, 30);
    expect(noticed(warm).slice(2)).toEqual([
      ['metricSilent', 'cpu', minute(27)],
      ['metricSilent', 'memory', minute(27)],
    ]);
  });

  it('recovers for people also when another tick was faster before that could be stored', async () => {
    await using around = await twoMetrics();
    await ticks(around, 0, 3);
    const { objects } = around;
    const away = async () => {
      throw new Error('S3 is away');
    };
    around.healthObjects = { ...storeOf(objects), get: async () => undefined, put: away };
    around.restart();
    around.killWrites(Infinity);
    await ticks(around, 3, 16);
    around.beforeWrite = async () => {};
    around.afterPhase = (phase) => {
      if (phase === 'write') throw new ObjectConflictError('state');
    };
    await ticks(around, 16, 17);
    around.afterPhase = () => {};
    await ticks(around, 17, 18);
    expect(noticed(around).map(([kind, metric]) => [kind, metric])).toEqual([
      ['metricSilent', 'cpu'],
      ['metricSilent', 'memory'],
      ['metricRecovered', 'cpu'],
      ['metricRecovered', 'memory'],
    ]);
  });

  it('is reported again, with one id, until the channel takes it', async () => {
    await using around = await twoMetrics();
    await ticks(around, 0, 3);
    faults['its query is refused']!.begin(around);
    around.isChannelDown = true;
    await ticks(around, 3, 16);
    expect(around.notices).toEqual([]);
    expect(around.errors).toContain('Silent metrics could not be reported; the next tick tries again');
    around.isChannelDown = false;
    await ticks(around, 16, 20);
    expect(noticed(around)).toEqual([['metricSilent', 'memory', minute(16)]]);
  });

  it('is not silent while its samples may come as late as they do', async () => {
    await using around = await TickFixture.make();
    around.metrics = [
      metricNamed('cpu', undefined, { maximumLatenessSeconds: 1800, maximumCatchUpSeconds: 7200 }),
    ];
    // Always twenty minutes late.
    around.answerWith = (result, { endSeconds }) => ({
      ...result,
      series: result.series.map((one) => upTo(one, endSeconds - 1200)),
    });
    await ticks(around, 0, 60);
    expect(around.notices).toEqual([]);
    expect((await around.lines('verdict')).length).toBeGreaterThan(30);
  });

  it('for less than ten ticks is not reported', async () => {
    await using around = await twoMetrics();
    await ticks(around, 0, 3);
    faults['its query is refused']!.begin(around);
    await ticks(around, 3, 12);
    faults['its query is refused']!.end(around);
    await ticks(around, 12, 20);
    expect(around.notices).toEqual([]);
  });
});

describe('a silent metric at a channel that expires what it is sent', () => {
  /** A channel as Alertmanager's. */
  function expiring() {
    const sent: string[] = [];
    const kinds: string[] = [];
    const channel: NoticeChannel & { isDown: boolean } = {
      name: 'expiring',
      isDown: false,
      announce: async (notices) => {
        if (channel.isDown) throw new NoticeDeliveryError('down');
        kinds.push(...notices.map(({ kind }) => kind));
      },
      refresh: async (ongoing) => {
        if (channel.isDown) throw new NoticeDeliveryError('down');
        sent.push(ongoing.map(({ metric }) => metric).join());
      },
    };
    return { channel, sent, kinds };
  }

  it('is sent with every tick until it has recovered, and then as recovered once', async () => {
    await using around = await twoMetrics();
    const { channel, sent, kinds } = expiring();
    around.furtherNoticeChannels.push(channel);
    around.restart();
    await ticks(around, 0, 3);
    faults['its query is refused']!.begin(around);
    await ticks(around, 3, 16);
    const silent = sent.filter((metrics) => metrics === 'memory');
    expect(silent).toHaveLength(3);
    faults['its query is refused']!.end(around);
    await ticks(around, 16, 20);
    expect(sent.filter((metrics) => metrics === 'memory')).toHaveLength(3);
    expect(kinds).toEqual(['metricRecovered']);
  });

  it('does not repeat at other channels because this one is down', async () => {
    await using around = await twoMetrics();
    const { channel, sent } = expiring();
    around.furtherNoticeChannels.push(channel);
    around.restart();
    channel.isDown = true;
    await ticks(around, 0, 3);
    faults['its query is refused']!.begin(around);
    await ticks(around, 3, 18);
    expect(noticed(around).map(([kind]) => kind)).toEqual(['metricSilent']);
    expect(around.errors).toContain('Silent metrics could not be reported; the next tick tries again');
    channel.isDown = false;
    await ticks(around, 18, 19);
    expect(sent.at(-1)).toBe('memory');
  });
});

describe('what ticks notice besides', () => {
  it('is kept with the health for a day: since when, how much, and what to do', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    around.beforeWrite = async () => {
      throw new ResultsRejectedError('field type conflict', 2);
    };
    await ticks(around, 2, 4);
    around.beforeWrite = async () => {};
    await around.tick(minute(4 + 240));
    const { notes } = await health(around);
    expect(notes).toMatchObject([
      { kind: 'points-rejected', sinceSeconds: minute(2), reason: expect.stringContaining('refused points') },
      { kind: 'catch-up-skipped', sinceSeconds: minute(244), count: 61 * 60 },
    ]);
    await around.tick(minute(4 + 240 + 3 * 1440));
    expect((await health(around)).notes.map(({ kind }) => kind)).toEqual(['catch-up-skipped']);
  });

  it('names results that wait in the spool', async () => {
    await using around = await TickFixture.make();
    await ticks(around, 0, 2);
    around.failWrites(1);
    await ticks(around, 2, 4);
    expect((await health(around)).notes).toMatchObject([
      { kind: 'results-spooled', sinceSeconds: minute(2), lastSeconds: minute(2) },
    ]);
  });
});
