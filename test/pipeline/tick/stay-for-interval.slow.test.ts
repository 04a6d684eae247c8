import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectConflictError } from '../../../lib/storage/errors.ts';
import {
  DELAY_SECONDS,
  HAND_OVER_SECONDS,
  INTERVAL_SECONDS,
  Invocations,
  newestStep,
  STEP_SECONDS,
} from './invocations.ts';
import { FIRST_TICK, metricNamed, TickFixture } from './tick-fixture.ts';

describe('an invocation that stays for its interval', () => {
  it('scores each step exactly once over many hand-overs, none later than its delay and one step', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 59 }),
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        async (offset, deliveries, tickSeconds) => {
          await using around = await TickFixture.make();
          const run = new Invocations(around);
          run.tickSeconds = () => tickSeconds;
          for (const [index, delivery] of deliveries.entries()) {
            const event = FIRST_TICK + offset + index * INTERVAL_SECONDS;
            const summary = await run.invoke(event, delivery);
            expect(summary).toMatchObject({ ticksFailed: 0, ticksOvertaken: 0, skippedSeconds: 0 });
            expect(run.time.trueSeconds()).toBeLessThanOrEqual(event + INTERVAL_SECONDS - HAND_OVER_SECONDS);
          }
          expect(await run.steps()).toEqual(run.expectedSteps());
          const latencies = run.latencies();
          expect(latencies.length).toBeGreaterThanOrEqual(4 * 12 - 2);
          expect(Math.max(...latencies)).toBeLessThanOrEqual(DELAY_SECONDS + STEP_SECONDS);
          expect(Math.min(...latencies)).toBeGreaterThanOrEqual(DELAY_SECONDS);
          expect(run.errors).toEqual([]);
        },
      ),
      { numRuns: 12, seed: 6 },
    );
  });

  it('ticks for the event first, then for the moment at which each step became due', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    // Steps of 5 s become due at multiples of 5 s, and the first tick is 2 s behind one.
    const event = FIRST_TICK + 2;
    const summary = await run.invoke(event, 0.5);
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([
      2, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55,
    ]);
    expect(summary).toMatchObject({ ticks: 12, timeSeconds: FIRST_TICK + 55, seriesScored: 3 });
    expect(summary.verdictsWritten).toBe((await around.lines('verdict')).length);
  });

  it('waits for whole seconds where the delay is a part of one', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    around.metrics = around.metrics.map((metric) => ({ ...metric, delaySeconds: 1.5 }));
    await run.invoke(FIRST_TICK);
    expect(run.ticks.slice(0, 4).map((time) => time - FIRST_TICK)).toEqual([0, 2, 7, 12]);
    const steps = await run.steps();
    expect(steps.at(-1)).toBe(run.ticks.at(-1)! - 2);
    expect(steps).toEqual(steps.map((_, index) => steps[0]! + index * STEP_SECONDS));
  });

  it('scores together what became due during a slow tick', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    run.tickSeconds = (before) => (before === 2 ? 17 : 0.2);
    await run.invoke(FIRST_TICK);
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([0, 5, 10, 25, 30, 35, 40, 45, 50, 55]);
    expect(await run.steps()).toEqual(run.expectedSteps());
  });

  it('begins no tick that would not end before the hand-over', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    run.tickSeconds = () => 4;
    await run.invoke(FIRST_TICK);
    expect(run.ticks.at(-1)).toBe(FIRST_TICK + 50);
    expect(run.time.trueSeconds()).toBeLessThanOrEqual(FIRST_TICK + INTERVAL_SECONDS - HAND_OVER_SECONDS);
    await run.invoke(FIRST_TICK + INTERVAL_SECONDS);
    expect(await run.steps()).toEqual(run.expectedSteps());
  });

  it('ends while the invocation has time for what it would begin', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    const remainingMilliseconds = () => 21_000 - run.time.elapsedMilliseconds();
    run.tickSeconds = () => 2;
    await run.invoke(FIRST_TICK, 0, { ports: { remainingMilliseconds } });
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([0, 5, 10, 15]);
  });
});

describe('an event that comes late', () => {
  it('is caught up by one tick, then kept company to the end of its own interval', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    await run.invoke(FIRST_TICK, 31);
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([30, 35, 40, 45, 50, 55]);
  });

  it('ticks once, for its own time, when its interval is over', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    await run.invoke(FIRST_TICK, 58);
    await run.invoke(FIRST_TICK, 90);
    expect(run.ticks).toEqual([FIRST_TICK, FIRST_TICK]);
    expect(await run.steps()).toEqual(run.expectedSteps());
  });

  it('changes nothing when it is one that was delivered before', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    await run.invoke(FIRST_TICK);
    const state = await around.stateDigest();
    expect(await run.invoke(FIRST_TICK, 70)).toMatchObject({ ticks: 1, verdictsWritten: 0, stateBytes: 0 });
    expect(await around.stateDigest()).toBe(state);
  });
});

describe('a clock that is set', () => {
  it.each([-7200, 7200])('by %i s in the middle does not move the hand-over', async (offset) => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    run.tickSeconds = (before) => {
      if (before === 3) run.time.wallOffsetSeconds = offset;
      return 0.2;
    };
    await run.invoke(FIRST_TICK);
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([
      0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55,
    ]);
  });

  it('before the event, waits for no step that the invocation could not live to see', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    run.time.wallOffsetSeconds = -7200;
    const remainingMilliseconds = () => 55_000 - run.time.elapsedMilliseconds();
    await run.invoke(FIRST_TICK, 0, { ports: { remainingMilliseconds } });
    expect(run.ticks).toEqual([FIRST_TICK]);
  });
});

describe('a tick that fails', () => {
  it('is reported, and the next one catches up', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    run.tickSeconds = (before) => {
      if (before === 3) around.killWrites(2);
      return 0.2;
    };
    const summary = await run.invoke(FIRST_TICK);
    expect(summary).toMatchObject({ ticks: 10, ticksFailed: 2 });
    expect(run.errors).toHaveLength(2);
    expect(await run.steps()).toEqual(run.expectedSteps());
  });

  it('at the end fails the invocation, and the next one catches up', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    await run.invoke(FIRST_TICK);
    around.killWrites(20);
    await expect(run.invoke(FIRST_TICK + 60)).rejects.toThrow('killed');
    around.killWrites(0);
    expect(await run.invoke(FIRST_TICK + 120)).toMatchObject({ ticksFailed: 0 });
    expect(await run.steps()).toEqual(run.expectedSteps());
  });
});

describe('two invocations of a shard at once', () => {
  it('score each step as one would have', async () => {
    await using alone = await TickFixture.make();
    const undisturbed = new Invocations(alone);
    await undisturbed.invoke(FIRST_TICK);

    await using around = await TickFixture.make();
    const run = new Invocations(around);
    const other = around.besides();
    let overtaken = 0;
    const summary = await run.invoke(FIRST_TICK, 0, {
      ports: {
        tick: async (timeSeconds) => {
          const ends = await Promise.allSettled([run.tick(timeSeconds), other.tick(timeSeconds)]);
          const [own, theirs] = ends;
          if (theirs.status === 'rejected') {
            expect(theirs.reason).toBeInstanceOf(ObjectConflictError);
            overtaken += 1;
          }
          if (own.status === 'rejected') throw own.reason;
          return own.value;
        },
      },
    });
    expect(overtaken + summary.ticksOvertaken).toBeGreaterThan(0);
    expect(summary.ticks + summary.ticksOvertaken).toBe(12);
    expect(run.errors).toEqual([]);
    expect([...new Set(await around.lines('verdict'))].toSorted()).toEqual(
      (await alone.lines('verdict')).toSorted(),
    );
    expect(await around.stateDigest()).toBe(await alone.stateDigest());
  });
});

describe('a stay without an end', () => {
  it('ends with the tick that is under way when it is interrupted, and loses nothing', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    const interruption = new AbortController();
    run.tickSeconds = (before) => {
      if (before === 30) interruption.abort();
      return 0.2;
    };
    const stay = { handOverSeconds: Infinity, signal: interruption.signal };
    expect(await run.invoke(FIRST_TICK, 0, { stay })).toMatchObject({ ticks: 31 });
    expect((await around.state()).metrics.get('cpu')?.watermarkSeconds).toBe(newestStep(run.ticks.at(-1)!));
    await run.invoke(run.time.trueSeconds() + 100);
    expect(await run.steps()).toEqual(run.expectedSteps());
  });

  it('of a shard without metrics ticks once', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    around.metrics = [];
    expect(await run.invoke(FIRST_TICK, 0, { stay: { handOverSeconds: Infinity } })).toMatchObject({
      ticks: 1,
    });
  });

  it('wakes for the step of each metric', async () => {
    await using around = await TickFixture.make();
    const run = new Invocations(around);
    const [fast] = around.metrics;
    const slow = metricNamed('load');
    around.metrics = [{ ...fast!, monitor: { ...fast!.monitor, stepSeconds: 20 } }, slow];
    // The first tick is on the minute; steps of 20 s are due 5 s after them, steps of a minute at once.
    await run.invoke(FIRST_TICK);
    expect(run.ticks.map((time) => time - FIRST_TICK)).toEqual([0, 5, 25, 45]);
    await run.invoke(FIRST_TICK + 59);
    expect(run.ticks.slice(4).map((time) => time - FIRST_TICK)).toEqual([59, 60, 65, 85, 105]);
  });
});
