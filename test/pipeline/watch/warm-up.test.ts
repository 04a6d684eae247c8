import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import type { RangeResult } from '../../../lib/sources/series-source.ts';
import { FIRST_TICK, hosts, metricNamed, minute, spikeAt, TickFixture } from '../tick/tick-fixture.ts';

const DAY_SECONDS = 86_400;
const CATCH_UP_SECONDS = 600;
const watched = (warmUpSeconds = DAY_SECONDS) =>
  metricNamed('cpu', rarity, {
    warmUpSeconds,
    maximumCatchUpSeconds: CATCH_UP_SECONDS,
    monitor: {
      ...metricNamed('cpu', rarity).monitor,
      settings: { ...metricNamed('cpu', rarity).monitor.settings, falseAlertsPerWeek: 1 },
    },
  });

async function warmed(warmUpSeconds?: number): Promise<TickFixture> {
  const around = await TickFixture.make();
  around.metrics = [watched(warmUpSeconds)];
  around.seriesOf = () => hosts([spikeAt(3)]);
  return around;
}

/** Only the history from a time on is asked for, and given, when a test says so. */
const isHistory = ({ startSeconds }: { startSeconds: number }) =>
  startSeconds < FIRST_TICK - CATCH_UP_SECONDS;

describe('a new series', () => {
  it('notifies an incident minutes after it was first seen, since it has replayed its history', async () => {
    await using around = await warmed();
    for (const count of [0, 1, 2, 3]) await around.tick(minute(count));
    expect(around.sent.map(({ event }) => [event.kind, event.onsetSeconds])).toEqual([['onset', minute(3)]]);

    await using cold = await warmed(0);
    for (const count of [0, 1, 2, 3]) await cold.tick(minute(count));
    expect(cold.sent).toEqual([]);
  });

  it('is missed in a partial answer though its replay is not done', async () => {
    await using around = await warmed();
    await around.tick(FIRST_TICK, { warmUpSeries: 1, pointsPerQuery: 100 });
    const replaying = [...(await around.state()).metrics.get('cpu')!.series.values()];
    expect(replaying.every(({ warmUp }) => warmUp !== undefined)).toBe(true);
    around.answerWith = (result) => ({ series: result.series.slice(1), warnings: ['a store is down'] });
    const summary = await around.tick(minute(1), { warmUpSeries: 1, pointsPerQuery: 100 });
    expect(summary.faults[0]?.reason).toContain('The answer is partial');
  });

  it('gives neither records nor alerts for what it replays', async () => {
    await using around = await warmed();
    around.seriesOf = () => hosts([spikeAt(-300)]);
    const summary = await around.tick(FIRST_TICK);
    expect(summary.verdictsWritten).toBe(3 * (CATCH_UP_SECONDS / 60));
    expect(around.sent).toEqual([]);
    expect(await around.lines('alert')).toEqual([]);
    const [first] = await around.lines('verdict');
    expect(JSON.parse(first!)).toMatchObject({ timeSeconds: FIRST_TICK - CATCH_UP_SECONDS + 60 });
  });

  it('ends as if the replay had been done at once, however many ticks it took', async () => {
    await using once = await warmed();
    for (let count = 0; count <= 12; count += 1) await once.tick(minute(count));

    await using piecemeal = await warmed();
    const waiting: number[] = [];
    for (let count = 0; count <= 12; count += 1) {
      // A query brings 100 steps at most, and a tick may replay as much as a tenth of the three histories.
      const bounds = { warmUpSeries: 0.3, pointsPerQuery: 100 };
      piecemeal.restart();
      const { seriesWarming, verdictsWritten } = await piecemeal.tick(minute(count), bounds);
      if (seriesWarming > 0) {
        expect(verdictsWritten).toBe(0);
        waiting.push(count);
      }
    }
    expect(waiting.length).toBeGreaterThan(5);
    expect(waiting.length).toBeLessThan(12);
    expect((await piecemeal.lines('verdict')).toSorted()).toEqual((await once.lines('verdict')).toSorted());
    expect(piecemeal.sent.map(({ id }) => id)).toEqual(once.sent.map(({ id }) => id));
    expect(await piecemeal.stateDigest()).toBe(await once.stateDigest());
  });

  it('does not keep the others of its metric waiting', async () => {
    await using around = await warmed();
    around.seriesOf = () => hosts().slice(1);
    await around.tick(FIRST_TICK);
    around.seriesOf = () => hosts();
    const summary = await around.tick(minute(1), { warmUpSeries: 0.01, pointsPerQuery: 100 });
    expect(summary).toMatchObject({ seriesWarming: 1, verdictsWritten: 2 });
  });

  it('goes on with its history later when the source fails, without a fault of the live points', async () => {
    await using undisturbed = await warmed();
    for (let count = 0; count <= 4; count += 1) await undisturbed.tick(minute(count));
    await using around = await warmed();
    let left = 3;
    around.beforeQuery = async (query) => {
      if (!isHistory(query)) return;
      left -= 1;
      if (left >= 0) throw new SourceUnavailableError('a timeout');
    };
    const first = await around.tick(FIRST_TICK);
    expect(first).toMatchObject({ seriesWarming: 3, faults: [] });
    for (let count = 1; count <= 4; count += 1) await around.tick(minute(count));
    expect((await around.lines('verdict')).toSorted()).toEqual(
      (await undisturbed.lines('verdict')).toSorted(),
    );
    expect(await around.stateDigest()).toBe(await undisturbed.stateDigest());
  });

  it.each([
    ['refuses it in five ticks', () => new SourceQueryError('too many samples'), 4],
    ['fails for longer than the catch-up', () => new SourceUnavailableError('a timeout'), 12],
  ])('begins without its history when the source %s', async (_, error, ticks) => {
    await using around = await warmed();
    around.beforeQuery = async (query) => {
      if (isHistory(query)) throw error();
    };
    for (let count = 0; count < ticks; count += 1) await around.tick(minute(count));
    const summary = await around.tick(minute(ticks));
    expect(summary.seriesWarming).toBe(0);
    expect(await around.lines('verdict')).toHaveLength(3 * (CATCH_UP_SECONDS / 60 + ticks));
  });

  it('learns nothing from a simulation that is the fallback for its history', async () => {
    await using around = await warmed();
    around.answerWith = (result: RangeResult, query) =>
      isHistory(query) ? { ...result, isSimulated: true } : result;
    const summary = await around.tick(FIRST_TICK);
    expect(summary.seriesWarming).toBe(3);
    const { series } = (await around.state()).metrics.get('cpu')!;
    for (const { state } of series.values()) expect(state.lastSeconds).toBe(-Infinity);
  });

  it.each([
    ['another step', rarity],
    ['another step and detector', ewmaChart],
  ])('waits for the first whole step of a metric that was given %s', async (_, detector) => {
    await using around = await warmed();
    const bounds = { warmUpSeries: 0.1, pointsPerQuery: 100 };
    // Of five minutes, a step has just become due.
    for (const count of [0, 1]) await around.tick(minute(count), bounds);
    const [before] = around.metrics;
    around.metrics = [
      { ...before!, monitor: { ...before!.monitor, detector, stepSeconds: 300 }, warmUpSeconds: 3600 },
    ];
    const asked = around.queries.length;
    for (let count = 2; count <= 11; count += 1) await around.tick(minute(count), bounds);
    const offTheGrid = around.queries.slice(asked).filter(({ startSeconds }) => startSeconds % 300 !== 0);
    expect(offTheGrid).toEqual([]);
    const times = (await around.lines('verdict')).map((line) => JSON.parse(line).timeSeconds as number);
    expect(times.length).toBeGreaterThan(0);
    expect(times.filter((time) => time % 300 !== 0)).toEqual([]);
  });
});
