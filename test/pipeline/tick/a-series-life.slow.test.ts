import { describe, expect, it } from 'vitest';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import type { RangeResult } from '../../../lib/sources/series-source.ts';
import { FIRST_TICK, hosts, metricNamed, minute, STATE_KEY, TickFixture } from './tick-fixture.ts';

const HOUR_SECONDS = 3600;
const gone = hosts()[0]!.labels;

/** Without a host's samples from one minute to another, the end not included. */
function without(result: RangeResult, from: number, to: number, host = gone): RangeResult {
  const series = result.series.map(({ labels, samples }) => {
    if (labels.instance !== host.instance) return { labels, samples };
    const kept = [...samples.timesSeconds.keys()].filter((index) => {
      const time = samples.timesSeconds[index]!;
      return time < minute(from) || time >= minute(to);
    });
    return {
      labels,
      samples: {
        timesSeconds: Float64Array.from(kept, (index) => samples.timesSeconds[index]!),
        values: Float64Array.from(kept, (index) => samples.values[index]!),
      },
    };
  });
  return { ...result, series: series.filter(({ samples }) => samples.values.length > 0) };
}

describe('a series that vanishes', () => {
  const ticks = Array.from({ length: 20 }, (_, count) => count);

  it.each([
    ['minute by minute', ticks],
    ['in one catch-up', [0, 19]],
    ['in a few', [0, 4, 7, 12, 13, 19]],
  ])('is sent once as missing, and once as back, %s', async (_, counts) => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu', ewmaChart, { alertOnMissing: true })];
    around.answerWith = (result) => without(result, 3, 15);
    for (const count of counts) await around.tick(minute(count));
    const notification = around.sent.map(({ labels, event }) => [labels, event.kind, event.onsetSeconds]);
    expect(notification).toEqual([
      [gone, 'series-missing', minute(3)],
      [gone, 'series-returned', minute(3)],
    ]);
    const [missing, returned] = around.sent;
    expect(missing?.event.verdict.timeSeconds).toBe(minute(7));
    expect(returned?.event.verdict.timeSeconds).toBe(minute(15));
    expect(returned?.incidentId).toBe(missing?.incidentId);
    expect(missing?.event.explanation).toContain('no longer returns the series');
  });

  it('is not sent unless that is wanted, or for fewer steps than a failing scrape takes', async () => {
    await using around = await TickFixture.make();
    around.answerWith = (result) => without(result, 3, 15);
    for (const count of ticks) await around.tick(minute(count));
    around.metrics = [metricNamed('cpu', ewmaChart, { alertOnMissing: true })];
    around.answerWith = (result) => without(result, 22, 26);
    for (let count = 20; count < 30; count += 1) await around.tick(minute(count));
    expect(around.sent).toEqual([]);
  });

  it('is reminded of while it is away, and no longer when it is forgotten after its time to live', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu', ewmaChart, { alertOnMissing: true, ttlSeconds: HOUR_SECONDS })];
    around.answerWith = (result) => without(result, 3, 10_000);
    for (const count of [0, 10]) await around.tick(minute(count));
    expect(around.reminded.at(-1)?.map(({ event }) => event.kind)).toEqual(['series-missing']);
    await around.tick(minute(61));
    expect((await around.state()).metrics.get('cpu')?.series.size).toBe(3);
    await around.tick(minute(62));
    expect((await around.state()).metrics.get('cpu')?.series.size).toBe(2);
    expect(around.reminded.at(-1)).toEqual([]);
    expect(around.sent.map(({ event }) => event.kind)).toEqual(['series-missing', 'series-returned']);
  });
});

describe('the records of a series that is gone', () => {
  const HOURS = 5;
  const absences = async (around: TickFixture) =>
    (await around.lines('verdict'))
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === 'no-data')
      .map(({ timeSeconds }) => timeSeconds as number);

  it.each([
    ['minute by minute', Array.from({ length: HOURS * 60 }, (_, count) => count)],
    ['in catch-ups', [0, 100, 200, HOURS * 60 - 1]],
  ])('are one when it goes and then one an hour, %s', async (_, counts) => {
    await using around = await TickFixture.make();
    around.answerWith = (result) => without(result, 3, 10_000);
    for (const count of counts) await around.tick(minute(count));
    const fullHours = Array.from(
      { length: HOURS },
      (_, hour) => (Math.floor(minute(3) / 3600) + 1 + hour) * 3600,
    );
    expect(await absences(around)).toEqual([minute(3), ...fullHours]);
  });

  it('are one a step where the metric alerts on missing series', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu', ewmaChart, { alertOnMissing: true })];
    around.answerWith = (result) => without(result, 3, 10_000);
    for (const count of [0, 20]) await around.tick(minute(count));
    expect(await absences(around)).toEqual(Array.from({ length: 18 }, (_, index) => minute(3 + index)));
  });
});

describe('series that appear one after the other', () => {
  it('leave the same bytes, whichever tick saw which of them first', async () => {
    const states = [];
    for (const counts of [
      [0, 1, 2, 3],
      [0, 3],
    ]) {
      await using around = await TickFixture.make();
      const later = hosts()[1]!.labels;
      around.answerWith = (result) => without(without(result, -9999, 2), -9999, 1, later);
      for (const count of counts) await around.tick(minute(count));
      states.push(await around.stateDigest());
    }
    expect(states[1]).toBe(states[0]);
  });
});

describe('a stretch that is given up', () => {
  it('is recorded where it began, so that a tick that comes again changes nothing', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.killWrites(1);
    await expect(around.tick(minute(240))).rejects.toThrow();
    await around.tick(minute(241));
    const gaps = (await around.lines('gap')).map((line) => JSON.parse(line));
    expect(gaps).toEqual([
      {
        measurement: 'gap',
        metric: 'cpu',
        startSeconds: minute(1),
        endSeconds: minute(61),
        skippedSeconds: 61 * 60,
      },
    ]);
  });

  it('is not given up before the source has anything behind it', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.answerWith = (result) => ({ ...result, series: [] });
    const summary = await around.tick(minute(100_000));
    expect(summary.faults[0]?.reason).toContain('waiting for one');
    around.answerWith = (result) => result;
    expect(await around.tick(minute(1))).toMatchObject({ verdictsWritten: 3, skippedSeconds: 0 });
  });
});

describe('samples that come late', () => {
  const late = metricNamed('cpu', ewmaChart, { lateCheckSeconds: 600 });
  const arrival = (around: TickFixture, arrivesAt: number) => {
    let now = 0;
    around.metrics = [late];
    around.answerWith = (result) => (now < arrivesAt ? without(result, 7, 9) : result);
    return (count: number) => {
      now = count;
      return around.tick(minute(count));
    };
  };

  it('are counted once when their steps were scored without them, and never scored', async () => {
    await using around = await TickFixture.make();
    const tick = arrival(around, 12);
    let counted = 0;
    for (let count = 0; count <= 40; count += 1) counted += (await tick(count)).pointsLate;
    expect(counted).toBe(2);
    const kinds = (await around.lines('verdict'))
      .map((line) => JSON.parse(line))
      .filter(({ labels, timeSeconds }) => labels.instance === gone.instance && timeSeconds > minute(6))
      .map(({ kind, timeSeconds }) => [kind, timeSeconds]);
    expect(kinds.slice(0, 2)).toEqual([
      ['no-data', minute(7)],
      ['normal', minute(9)],
    ]);
  });

  it('are not late when the tick comes after them', async () => {
    await using around = await TickFixture.make();
    const tick = arrival(around, 12);
    let counted = 0;
    for (const count of [0, 6, 14, 26, 40]) counted += (await tick(count)).pointsLate;
    expect(counted).toBe(0);
    expect((await around.lines('verdict')).some((line) => line.includes('no-data'))).toBe(false);
  });
});

describe("a tick whose time is ahead of the source's clock", () => {
  it('scores what has happened and leaves the rest to the ticks to come', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.answerWith = (result) => ({ ...result, clockSeconds: minute(2) });
    expect(await around.tick(minute(30))).toMatchObject({ verdictsWritten: 6, skippedSeconds: 0 });
    expect(await around.tick(minute(500_000))).toMatchObject({ verdictsWritten: 0, faults: [] });
    around.answerWith = (result) => ({ ...result, clockSeconds: minute(3) });
    expect(await around.tick(minute(3))).toMatchObject({ verdictsWritten: 3, skippedSeconds: 0 });
    expect(await around.lines('gap')).toEqual([]);
  });
});

describe('a partial answer', () => {
  it('waits for the series that it lacks, up to half of the catch-up', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    around.answerWith = (result) => ({ series: result.series.slice(1), warnings: ['a store is down'] });
    for (const count of [1, 90]) {
      const summary = await around.tick(minute(count));
      expect(summary.faults[0]?.reason).toContain('The answer is partial');
    }
    expect(await around.tick(minute(91))).toMatchObject({ faults: [] });
    const verdicts = (await around.lines('verdict')).map((line) => JSON.parse(line));
    for (const { labels } of hosts().slice(1))
      expect(
        verdicts.filter((one) => one.labels.instance === labels.instance && one.timeSeconds > FIRST_TICK),
      ).toHaveLength(91);
  });
});

describe('a metric that is no longer configured', () => {
  const WEEK_MINUTES = 7 * 24 * 60;
  const without = async (around: TickFixture, count: number) => {
    around.metrics = [metricNamed('load')];
    await around.tick(minute(count));
    return [...(await around.state()).metrics.keys()];
  };

  it('is remembered for a week, so that it goes on where it was when it comes back', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    expect(await without(around, 1)).toEqual(['cpu', 'load']);
    around.metrics = [metricNamed('cpu'), metricNamed('load')];
    await around.tick(minute(2));
    const kinds = (await around.lines('verdict'))
      .map((line): { timeSeconds: number; metric: string; kind: string } => JSON.parse(line))
      .filter(({ timeSeconds, metric }) => metric === 'cpu' && timeSeconds > FIRST_TICK)
      .map(({ kind }) => kind);
    expect(kinds).toEqual(Array(6).fill('normal'));
  });

  it('is forgotten once the week is over', async () => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    expect(await without(around, WEEK_MINUTES - 1)).toEqual(['cpu', 'load']);
    expect(await without(around, WEEK_MINUTES)).toEqual(['load']);
  });
});

describe('more series than a shard may have', () => {
  it('are a fault of the metric that brings too many, and say what to do', async () => {
    await using around = await TickFixture.make();
    around.metrics = [metricNamed('cpu'), metricNamed('load')];
    const summary = await around.tick(FIRST_TICK, { maximumSeries: 5 });
    expect(summary.faults).toEqual([
      { metric: 'load', reason: expect.stringMatching(/limit is 5: raise schedule.shards or limits/) },
    ]);
  });
});

describe('a stored state that can not be read', () => {
  const broken: [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['was cut', (bytes) => bytes.subarray(0, bytes.length - 3)],
    ['was changed', (bytes) => Uint8Array.from(bytes, (byte, index) => (index === 99 ? byte ^ 1 : byte))],
    ['is empty', () => new Uint8Array()],
  ];
  it.each(broken)('since it %s is copied aside and reported, and the shard goes on', async (_, breakIt) => {
    await using around = await TickFixture.make();
    await around.tick(FIRST_TICK);
    const bytes = breakIt((await around.objects.get(STATE_KEY))!.bytes);
    await around.objects.put(STATE_KEY, bytes, { kind: 'none' });
    around.restart();
    around.killWrites(1);
    // A tick that fails after the copy makes no second one.
    await expect(around.tick(minute(1))).rejects.toThrow();
    const summary = await around.tick(minute(2));
    const copies = await around.objects.list('state/set-aside/');
    expect(copies).toEqual([summary.stateSetAside]);
    expect(Buffer.from((await around.objects.get(copies[0]!))!.bytes).equals(bytes)).toBe(true);
    expect(around.errors.at(-1)).toContain('a copy is set aside');
    expect((await around.lines('tick')).at(-1)).toContain('"statesSetAside":1');
    const after = await around.tick(minute(3));
    expect(after).toMatchObject({ stateSetAside: undefined, verdictsWritten: 3 });
  });
});
