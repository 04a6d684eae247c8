import { describe, expect, it } from 'vitest';
import { encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { hosts, metricNamed, minute, STATE_KEY, spikeAt, TickFixture } from './tick-fixture.ts';

const TICKS = 60;
const CHANNEL_IS_DOWN_AT = [12, 13, 14];
const SOURCE_IS_DOWN_AT = [3, 4, 20, 21];
const IS_GONE_FROM = 30;
/** What the first tick of a metric asks for. */
const CATCH_UP_MINUTES = 180;

/** A spike, a channel that is down for a while, a source that is down for a while, new series with a past, and one that vanishes. */
function arrange(around: TickFixture): void {
  around.metrics = [
    metricNamed('cpu', undefined, {
      warmUpSeconds: 3600,
      ttlSeconds: 600,
      alertOnMissing: true,
      lateCheckSeconds: 600,
    }),
  ];
  around.seriesOf = () => hosts([spikeAt(12)]);
  around.answerWith = (result, { endSeconds }) =>
    endSeconds < minute(IS_GONE_FROM) ? result : { ...result, series: result.series.slice(0, 2) };
}

async function tick(around: TickFixture, count: number): Promise<void> {
  around.isChannelDown = CHANNEL_IS_DOWN_AT.includes(count);
  around.beforeQuery = async () => {
    if (SOURCE_IS_DOWN_AT.includes(count)) throw new SourceUnavailableError('a timeout');
  };
  await around.tick(minute(count));
}

/** The bytes of every save but for the count of saves, oldest first. */
function noteSaves(around: TickFixture): string[] {
  const saves: string[] = [];
  const { objects } = around;
  around.stateObjects = {
    name: objects.name,
    get: (key) => objects.get(key),
    put: async (...request) => {
      const etag = await objects.put(...request);
      const bytes = encodeShardState({ ...(await around.state()), sequence: 0 });
      if (request[0] === STATE_KEY) saves.push(bytes.toString('base64'));
      return etag;
    },
    list: (prefix) => objects.list(prefix),
    delete: (key) => objects.delete(key),
    check: () => objects.check(),
  };
  around.restart();
  return saves;
}

describe('the state that a tick leaves', () => {
  it('is saved whenever it has changed: a process that forgets everything after each tick leaves the same', async () => {
    await using warm = await TickFixture.make();
    await using cold = await TickFixture.make();
    arrange(warm);
    arrange(cold);
    for (let count = 0; count < TICKS; count += 1) {
      await tick(warm, count);
      cold.restart();
      await tick(cold, count);
      expect(await cold.stateDigest(), `tick ${count}`).toBe(await warm.stateDigest());
    }
    expect(cold.sent).toEqual(warm.sent);
    const kinds = warm.sent.map(({ event }) => event.kind);
    expect(kinds).toEqual(expect.arrayContaining(['onset', 'resolved', 'series-missing', 'series-returned']));
  });

  it('is saved only when it has changed', async () => {
    await using around = await TickFixture.make();
    arrange(around);
    const saves = noteSaves(around);
    for (let count = 0; count < TICKS; count += 1) {
      await tick(around, count);
      await tick(around, count);
    }
    expect(saves.length).toBeGreaterThan(TICKS - SOURCE_IS_DOWN_AT.length);
    for (const [index, bytes] of saves.entries()) expect(bytes).not.toBe(saves[index - 1]);
  });

  it('is not saved while the history of new series can not be read and nothing else is due', async () => {
    await using around = await TickFixture.make();
    arrange(around);
    around.metrics = [metricNamed('cpu', undefined, { warmUpSeconds: 3600 })];
    around.beforeQuery = async ({ startSeconds }) => {
      if (startSeconds < minute(-CATCH_UP_MINUTES)) throw new SourceUnavailableError('a timeout');
    };
    expect(await around.tick(minute(0))).toMatchObject({ seriesWarming: 3 });
    expect(await around.tick(minute(0))).toMatchObject({ seriesWarming: 3, stateBytes: 0 });
  });
});
