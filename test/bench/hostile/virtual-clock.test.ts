import { describe, expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.ts';

const BEGIN_SECONDS = 1_700_000_000;

describe('the clock of a simulated world', () => {
  it('passes only as far as the work waits, in the order of its timers', async () => {
    const clock = new VirtualClock(BEGIN_SECONDS, 1);
    const heard: string[] = [];
    using _installed = clock.install();
    const work = async () => {
      setTimeout(() => heard.push(`b ${performance.now()}`), 2000);
      setTimeout(() => heard.push(`a ${performance.now()}`), 1000);
      clearTimeout(setTimeout(() => heard.push('never'), 1500));
      await clock.sleep(86_400_000);
      heard.push(`end ${Date.now()}`);
    };
    expect(await clock.passUntilDone(work(), BEGIN_SECONDS + 90_000)).toBe(true);
    expect(heard).toEqual(['a 1000', 'b 2000', `end ${(BEGIN_SECONDS + 86_400) * 1000}`]);
  });

  it('ends signals, and says of work that hangs that it is not done', async () => {
    const clock = new VirtualClock(BEGIN_SECONDS, 1);
    using _installed = clock.install();
    const signal = AbortSignal.timeout(5000);
    expect(await clock.passUntilDone(new Promise(() => {}), BEGIN_SECONDS + 4)).toBe(false);
    expect(signal.aborted).toBe(false);
    await clock.passUntil(BEGIN_SECONDS + 6);
    expect([signal.aborted, signal.reason.name]).toEqual([true, 'TimeoutError']);
  });

  it('draws the same random numbers again, and gives everything back', async () => {
    const real = [Date.now, setTimeout, Math.random, AbortSignal.timeout];
    const draw = () => {
      using _installed = new VirtualClock(BEGIN_SECONDS, 7).install();
      return [Math.random(), Math.random()];
    };
    expect(draw()).toEqual(draw());
    expect([Date.now, setTimeout, Math.random, AbortSignal.timeout]).toEqual(real);
  });
});
