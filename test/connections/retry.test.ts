import { describe, expect, it } from 'vitest';
import { retry, retryAfterMilliseconds } from '../../lib/connections/retry.ts';

const policy = { attempts: 4, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 250 };

/** Time that passes only by sleeping. */
function clock(budgetMilliseconds: number, random = 0.999) {
  const pauses: number[] = [];
  return {
    pauses,
    random: () => random,
    remainingMilliseconds: () => budgetMilliseconds - pauses.reduce((sum, pause) => sum + pause, 0),
    sleep: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  };
}

const failing = (failures: number) => async (attempt: number) => {
  if (attempt < failures) throw new Error(`attempt ${attempt}`);
  return attempt;
};

describe('retry', () => {
  it('doubles the pause up to its bound and returns what the call gives at last', async () => {
    const environment = clock(10_000);
    await expect(retry(failing(3), () => ({ mayRetry: true }), policy, environment)).resolves.toBe(3);
    expect(environment.pauses.map(Math.round)).toEqual([100, 200, 250]);
  });

  it('draws the pause from zero on, so that many clients do not come back together', async () => {
    const environment = clock(10_000, 0);
    await retry(failing(2), () => ({ mayRetry: true }), policy, environment);
    expect(environment.pauses).toEqual([0, 0]);
  });

  it('waits at least as long as the server asked', async () => {
    const environment = clock(10_000);
    await retry(failing(1), () => ({ mayRetry: true, waitMilliseconds: 3000 }), policy, environment);
    expect(environment.pauses).toEqual([3000]);
  });

  it('throws the last error when the attempts are used up', async () => {
    await expect(retry(failing(9), () => ({ mayRetry: true }), policy, clock(10_000))).rejects.toThrow(
      'attempt 3',
    );
  });

  it('throws at once what can not be mended by waiting', async () => {
    const environment = clock(10_000);
    await expect(retry(failing(9), () => ({ mayRetry: false }), policy, environment)).rejects.toThrow(
      'attempt 0',
    );
    expect(environment.pauses).toEqual([]);
  });

  it('begins no pause that would outlast the time that is left', async () => {
    const environment = clock(150);
    await expect(retry(failing(9), () => ({ mayRetry: true }), policy, environment)).rejects.toThrow(
      'attempt 1',
    );
  });
});

describe('the header Retry-After', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);

  it.each([
    ['seconds', '7', 7000],
    ['an HTTP date', 'Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['a date in the past', 'Thu, 01 Jan 2026 11:00:00 GMT', undefined],
    ['no time to wait', '0', undefined],
    ['nothing', '', undefined],
    ['no such header', undefined, undefined],
    ['something else', 'soon', undefined],
  ])('may carry %s', (_, header, milliseconds) => {
    expect(retryAfterMilliseconds(header, now)).toBe(milliseconds);
  });

  it('is not waited for when it asks for very long, even where nothing limits the time', async () => {
    const environment = { ...clock(10_000), remainingMilliseconds: () => Infinity };
    const asked = retry(failing(1), () => ({ mayRetry: true, waitMilliseconds: 1e12 }), policy, environment);
    await expect(asked).rejects.toThrow('attempt 0');
    expect(environment.pauses).toEqual([]);
  });
});
