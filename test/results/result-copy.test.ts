import { describe, expect, it } from 'vitest';
import { ResultsRejectedError, ResultsUnavailableError } from '../../lib/results/errors.ts';
import { ResultCopy } from '../../lib/results/result-copy.ts';
import type { ResultStore } from '../../lib/results/result-store.ts';
import { verdictRecord } from '../contract/verdict-records.ts';

const RECORDS = [verdictRecord({ host: 'a' })];
const TIMEOUT_MILLISECONDS = 20;

/** A copy whose store does what `write` says, on a clock of its own. */
function copyOver(write: ResultStore['write'], open?: () => Promise<ResultStore>) {
  const clock = { now: 0 };
  const seen = { opened: 0, written: 0, closed: 0 };
  const store: ResultStore = {
    name: 'test',
    write: (records, signal) => {
      seen.written += 1;
      return write(records, signal);
    },
    check: async () => ({ service: 'test', isUp: true, detail: 'here' }),
    [Symbol.asyncDispose]: async () => {
      seen.closed += 1;
    },
  };
  const copy = new ResultCopy({
    name: 'archive',
    needsOrder: false,
    bandAheadStepSeconds: undefined,
    open: async () => {
      seen.opened += 1;
      return open === undefined ? store : await open();
    },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    elapsedMilliseconds: () => clock.now,
  });
  return { copy, clock, seen };
}

const failureOf = (written: Promise<void>) => written.catch((error: unknown) => error);

describe('a copy of the results', () => {
  it('is opened when it is first written to, and once', async () => {
    const { copy, seen } = copyOver(async () => {});
    expect(seen.opened).toBe(0);
    await copy.write(RECORDS);
    await copy.write(RECORDS);
    expect(seen).toEqual({ opened: 1, written: 2, closed: 0 });
  });

  it('whose store never answers is unavailable when its time-out is over, and is left alone for sixty times as long', async () => {
    const { copy, clock, seen } = copyOver(() => {
      clock.now += TIMEOUT_MILLISECONDS;
      return new Promise(() => {});
    });
    const error = await failureOf(copy.write(RECORDS));
    expect(error).toBeInstanceOf(ResultsUnavailableError);
    expect(String(error)).toContain('no answer within 20 ms');
    clock.now += 60 * TIMEOUT_MILLISECONDS - 1;
    await expect(copy.write(RECORDS)).rejects.toThrow(/left alone for another 1 s.*no answer within 20 ms/);
    expect(seen.written).toBe(1);
    clock.now += 1;
    await failureOf(copy.write(RECORDS));
    expect(seen.written).toBe(2);
  });

  it('whose store fails at once is tried again at once, and opened again, so that a new secret counts', async () => {
    let isDown = true;
    const { copy, seen } = copyOver(async () => {
      if (isDown) throw new ResultsUnavailableError('401: the token is wrong');
    });
    await expect(copy.write(RECORDS)).rejects.toThrow(/"archive" could not be written: 401/);
    isDown = false;
    await copy.write(RECORDS);
    expect(seen).toEqual({ opened: 2, written: 2, closed: 1 });
  });

  it('that can not be opened is unavailable, whatever the reason, and works once it can', async () => {
    let secret: string | undefined;
    const store = { write: async () => {}, [Symbol.asyncDispose]: async () => {} } as unknown as ResultStore;
    const { copy } = copyOver(
      async () => {},
      async () => {
        if (secret === undefined) throw new TypeError('the environment variable TOKEN is not set');
        return store;
      },
    );
    const error = await failureOf(copy.write(RECORDS));
    expect(error).toBeInstanceOf(ResultsUnavailableError);
    expect(String(error)).toContain('TOKEN is not set');
    expect(await copy.check()).toMatchObject({ service: 'archive', isUp: false });
    secret = 'here';
    await copy.write(RECORDS);
  });

  it('passes on what its store refuses for what it is, and is not left alone for it', async () => {
    const { copy, clock, seen } = copyOver(async () => {
      clock.now += 10;
      throw new ResultsRejectedError('too old', 1);
    });
    for (const _ of [1, 2]) await expect(copy.write(RECORDS)).rejects.toThrow(ResultsRejectedError);
    expect(seen.written).toBe(2);
  });

  it('ends with the signal of its tick', async () => {
    const ending = new AbortController();
    const { copy } = copyOver(() => {
      ending.abort();
      return new Promise(() => {});
    });
    await expect(copy.write(RECORDS, ending.signal)).rejects.toThrow(/its time in this tick is over/);
  });

  it('says under its own name how its store is', async () => {
    const { copy } = copyOver(async () => {});
    expect(await copy.check()).toEqual({ service: 'archive', isUp: true, detail: 'test here' });
  });
});
