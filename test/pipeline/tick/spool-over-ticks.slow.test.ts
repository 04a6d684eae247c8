import { describe, expect, it } from 'vitest';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import { hosts, minute, spikeAt, TickFixture } from './tick-fixture.ts';

const OUTAGE_STARTS_AT = 3;
const OUTAGE_TICKS = 90;
const TICKS = 110;

/** An incident in the middle of the outage, and one after it. */
const arrange = (around: TickFixture) => {
  around.seriesOf = () => hosts([spikeAt(30), spikeAt(100)]);
};

interface Life {
  readonly verdicts: readonly string[];
  readonly alerts: readonly string[];
  /** The tick that sent each alert. */
  readonly sentAt: readonly (readonly [id: string, tick: number])[];
  readonly state: string;
}

async function live(around: TickFixture, before: (tick: number) => void = () => {}): Promise<Life> {
  const sentAt: [string, number][] = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    before(tick);
    const known = around.sent.length;
    await around.tick(minute(tick));
    for (const { id } of around.sent.slice(known)) sentAt.push([id, tick]);
  }
  return {
    verdicts: (await around.lines('verdict')).toSorted(),
    alerts: (await around.lines('alert')).toSorted(),
    sentAt,
    state: await around.stateDigest(),
  };
}

const outage = (around: TickFixture) => (tick: number) => {
  if (tick === OUTAGE_STARTS_AT) around.failWrites(OUTAGE_TICKS);
};

describe('an outage of 90 minutes of the result store', () => {
  it('loses no verdict, delays no alert, and leaves the state as it would be', async () => {
    await using sound = await TickFixture.make();
    arrange(sound);
    const expected = await live(sound);
    expect(expected.sentAt.length).toBeGreaterThan(2);
    for (const isWarm of [true, false]) {
      await using around = await TickFixture.make();
      arrange(around);
      const startOutage = outage(around);
      const found = await live(around, (tick) => {
        if (!isWarm) around.restart();
        startOutage(tick);
      });
      expect(found.verdicts).toEqual(expected.verdicts);
      expect(found.alerts).toEqual(expected.alerts);
      expect(new Map(found.sentAt.toReversed())).toEqual(new Map(expected.sentAt.toReversed()));
      expect(found.state).toBe(expected.state);
      expect(await around.objects.list('spool/')).toEqual([]);
      expect(await around.lines('gap')).toEqual([]);
    }
  });

  it('costs each tick one write, and the first tick after it writes the oldest results first', async () => {
    await using around = await TickFixture.make();
    let writes = 0;
    let isDown = false;
    around.beforeWrite = async () => {
      writes += 1;
      if (isDown) throw new ResultsUnavailableError('InfluxDB timed out');
    };
    await around.tick(minute(0));
    isDown = true;
    writes = 0;
    for (let tick = 1; tick <= 5; tick += 1) {
      const summary = await around.tick(minute(tick));
      expect(summary).toMatchObject({ verdictsWritten: 0, ticksSpooled: tick });
    }
    expect(writes).toBe(5);
    isDown = false;
    const before = await around.lines('verdict');
    expect(await around.tick(minute(6))).toMatchObject({ verdictsWritten: 3, ticksSpooled: 0 });
    const times = (await around.lines('verdict'))
      .slice(before.length)
      .map((line) => JSON.parse(line).timeSeconds as number);
    expect([...new Set(times)]).toEqual([6, 1, 2, 3, 4, 5].map(minute));
  });

  it('of a store that takes records in order is written by the first tick after it, oldest first', async () => {
    await using around = await TickFixture.make();
    around.needsOrder = true;
    await around.tick(minute(0));
    around.failWrites(3);
    for (let tick = 1; tick <= 3; tick += 1) await around.tick(minute(tick));
    const before = await around.lines('verdict');
    await around.tick(minute(4));
    const written = (await around.lines('verdict')).slice(before.length);
    const times = written.map((line) => JSON.parse(line).timeSeconds as number);
    expect([...new Set(times)]).toEqual([1, 2, 3, 4].map(minute));
    expect((await around.state()).spool).toEqual([]);
    expect(await around.tick(minute(5))).toMatchObject({ verdictsWritten: 3, ticksSpooled: 0 });
  });

  it('longer than the spool may hold gives up the oldest, and records the gap', async () => {
    await using around = await TickFixture.make();
    around.spoolBounds = { maximumBytes: 1e9, maximumAgeSeconds: 600 };
    await around.tick(minute(0));
    around.failWrites(20);
    let givenUp = 0;
    for (let tick = 1; tick <= 20; tick += 1) givenUp += (await around.tick(minute(tick))).recordsGivenUp;
    expect((await around.objects.list('spool/')).length).toBeLessThanOrEqual(20);
    expect((await around.state()).spool).toHaveLength(11);
    expect(around.errors).toContain(
      'The spool is full: the oldest results are given up and recorded as gaps',
    );
    expect(around.measured.at(-1)).toMatchObject({ ResultsGivenUp: expect.any(Number) });
    await around.tick(minute(21));
    const gaps = (await around.lines('gap')).map((line) => JSON.parse(line).startSeconds as number);
    expect(gaps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map(minute));
    expect(givenUp).toBeGreaterThan(9 * 3);
    const written = new Set((await around.lines('verdict')).map((line) => JSON.parse(line).timeSeconds));
    for (let tick = 10; tick <= 21; tick += 1) expect(written).toContain(minute(tick));
    expect(written).not.toContain(minute(9));
  });
});

describe('the spool of a tick', () => {
  it('that lost against another one is named by no state and replaces nothing', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    const other = around.besides();
    await other.tick(minute(0));
    around.failWrites(Infinity);
    other.failWrites(Infinity);
    // Both score the same step; the source gives the other one a little less.
    other.answerWith = (result) => ({ ...result, series: result.series.slice(1) });
    around.afterPhase = () => {};
    let outcome: Promise<unknown> | undefined;
    around.afterPhase = (phase) => {
      if (phase === 'load') outcome = other.tick(minute(1)).catch((error: unknown) => error);
    };
    const first = await around.tick(minute(1)).catch((error: unknown) => error);
    around.afterPhase = () => {};
    const errors = [first, await outcome].filter((one) => one instanceof Error);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ObjectConflictError);
    const { spool } = await around.state();
    expect(spool).toHaveLength(1);
    around.restart();
    around.failWrites(0);
    await around.tick(minute(2));
    expect((await around.state()).spool).toEqual([]);
    const winner = first instanceof Error ? 2 : 3;
    const kinds = (await around.lines('verdict')).map((line) => JSON.parse(line));
    const values = kinds.filter(({ timeSeconds, kind }) => timeSeconds === minute(1) && kind !== 'no-data');
    expect(values).toHaveLength(winner);
  });

  it.each(['write', 'save', 'drain'] as const)('that was killed after %s loses nothing', async (phase) => {
    const run = async (isKilled: boolean) => {
      await using around = await TickFixture.make();
      for (let tick = 0; tick < 12; tick += 1) {
        if (tick === 2) around.failWrites(4);
        around.afterPhase = (ended) => {
          if (isKilled && ended === phase && tick % 3 === 2) throw new Error('killed');
        };
        await around.tick(minute(tick)).catch(() => around.restart());
      }
      around.afterPhase = () => {};
      await around.tick(minute(12));
      return {
        verdicts: [...new Set(await around.lines('verdict'))].toSorted(),
        state: await around.stateDigest(),
      };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('that is damaged is reported and given up, and the ticks go on', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    around.failWrites(1);
    await around.tick(minute(1));
    const [key] = await around.objects.list('spool/');
    await around.objects.put(key!, Buffer.from('TDSP'), { kind: 'none' });
    expect(await around.tick(minute(2))).toMatchObject({ ticksSpooled: 0 });
    expect(around.errors).toContain('Spooled results are damaged and given up');
  });

  it('leaves nothing behind in the end, not even of ticks that were killed before they saved', async () => {
    await using around = await TickFixture.make();
    await around.tick(minute(0));
    around.failWrites(3);
    around.afterPhase = (phase) => {
      if (phase === 'write') throw new Error('killed');
    };
    await expect(around.tick(minute(1))).rejects.toThrow('killed');
    around.afterPhase = () => {};
    around.restart();
    await around.tick(minute(2));
    await around.tick(minute(80));
    expect(await around.objects.list('spool/')).toHaveLength(3);
    await around.tick(minute(81));
    expect(await around.objects.list('spool/')).toEqual([]);
  });
});
