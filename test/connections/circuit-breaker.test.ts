import { beforeEach, describe, expect, it } from 'vitest';
import { CircuitBreaker, CircuitOpenError } from '../../lib/connections/circuit-breaker.ts';

const POLICY = { failures: 3, pauseMilliseconds: 60_000 };

describe('the circuit breaker', () => {
  let now: number;
  let sent: number;
  let breaker: CircuitBreaker;
  const call = (outcome: () => Promise<string>) =>
    breaker.run(
      () => {
        sent += 1;
        return outcome();
      },
      (error) => error === 'down',
    );
  const fail = () => call(() => Promise.reject('down')).catch((error: unknown) => error);
  const succeed = () => call(async () => 'fine');

  beforeEach(() => {
    now = 1000;
    sent = 0;
    breaker = new CircuitBreaker(POLICY, () => now);
  });

  it('lets calls through until the failures in a row are reached, and then sends nothing', async () => {
    expect([await fail(), await fail(), await fail()]).toEqual(['down', 'down', 'down']);
    await expect(succeed()).rejects.toThrow(CircuitOpenError);
    expect(sent).toBe(3);
  });

  it('counts failures in a row only', async () => {
    await fail();
    await fail();
    await succeed();
    await fail();
    await fail();
    expect(await succeed()).toBe('fine');
  });

  it('takes an error that does not speak against the service as a sign of life', async () => {
    await fail();
    await fail();
    await call(() => Promise.reject('a refused query')).catch(() => undefined);
    await fail();
    expect(await succeed()).toBe('fine');
  });

  it('stays open until the pause has passed, and says for how long', async () => {
    for (let count = 0; count < 3; count += 1) await fail();
    now += 59_999;
    await expect(succeed()).rejects.toThrow('failed 3 times in a row and is left alone for another 1 s');
    now += 1;
    expect(await succeed()).toBe('fine');
  });

  it('sends one trial only when the pause is over, however many ask', async () => {
    for (let count = 0; count < 3; count += 1) await fail();
    now += 60_000;
    let answer: (text: string) => void = () => {};
    const trial = call(() => new Promise<string>((resolve) => (answer = resolve)));
    await expect(succeed()).rejects.toThrow(CircuitOpenError);
    expect(sent).toBe(4);
    answer('back');
    expect(await trial).toBe('back');
    expect(await succeed()).toBe('fine');
  });

  it('begins a new pause when the trial fails', async () => {
    for (let count = 0; count < 3; count += 1) await fail();
    now += 60_000;
    await fail();
    now += 59_999;
    await expect(succeed()).rejects.toThrow(CircuitOpenError);
    expect(sent).toBe(4);
  });

  describe('with a probe', () => {
    let probed: number;
    let isAlive: boolean | undefined;
    const probe = async () => {
      probed += 1;
      return isAlive;
    };
    const probing = (outcome: () => Promise<string>) =>
      breaker.run(outcome, (error) => error === 'down', probe);
    const failing = () => probing(() => Promise.reject('down')).catch((error: unknown) => error);

    beforeEach(() => {
      probed = 0;
      isAlive = false;
    });

    it('lets calls through however many fail, as long as the service itself is alive', async () => {
      isAlive = true;
      for (let count = 0; count < 20; count += 1) expect(await failing()).toBe('down');
      expect(await probing(async () => 'fine')).toBe('fine');
    });

    it('opens when the service does not answer the probe either, and probes again after the pause', async () => {
      for (let count = 0; count < 3; count += 1) await failing();
      await expect(probing(async () => 'fine')).rejects.toThrow(CircuitOpenError);
      expect(probed).toBe(1);
      now += 60_000;
      await expect(probing(async () => 'fine')).rejects.toThrow(CircuitOpenError);
      expect(probed).toBe(2);
      now += 60_000;
      isAlive = true;
      expect(await probing(async () => 'fine')).toBe('fine');
    });

    it('does not take a slow probe for a service that is down', async () => {
      isAlive = undefined;
      for (let count = 0; count < 9; count += 1) await failing();
      expect(await probing(async () => 'fine')).toBe('fine');
    });

    it('never opens by calls that show nothing, such as those that take too long', async () => {
      for (let count = 0; count < 9; count += 1)
        await breaker
          .run(
            () => Promise.reject('slow'),
            () => undefined,
            probe,
          )
          .catch(() => undefined);
      expect(await probing(async () => 'fine')).toBe('fine');
      expect(probed).toBe(0);
    });
  });

  it('tries again when the trial was given up by its caller', async () => {
    breaker = new CircuitBreaker({ failures: 1, pauseMilliseconds: 10 }, () => now);
    await fail();
    now += 10;
    await breaker
      .run(
        () => Promise.reject('aborted'),
        () => undefined,
      )
      .catch(() => undefined);
    expect(await succeed()).toBe('fine');
  });
});
