import { forEachConcurrently } from '../../connections/concurrency.ts';

/** The time that the queries of a tick may take. */
export interface QueryTime {
  /** Milliseconds from now on; Infinity without a bound. */
  readonly milliseconds: number;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds: () => number;
}

/** A query was ended since its share of the tick's time was over. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** How a turn ended: `slow` when its time was over. */
export type TurnOutcome = 'done' | 'slow';

/** No turn is shorter while there is time at all. */
const LEAST_MILLISECONDS = 100;
/** One that was slow before gets so much of what is left. */
const SHARE_OF_A_SLOW_ONE = 0.5;

/**
 * Gives each item its turn, a few at once. An item may take no more than its share of the time that is left, so that
 * however many hang, each of the others still has its turn. Those that were slow before come last, with what the others
 * leave over; so do those that had to be ended, when their share was small.
 *
 * @param isSlow whether an item was slow the last time.
 * @param take ends when the signal does; `milliseconds` is its time limit.
 */
export async function takeTurns<Item>(
  items: readonly Item[],
  concurrency: number,
  time: QueryTime,
  isSlow: (item: Item) => boolean,
  take: (item: Item, signal: AbortSignal) => Promise<TurnOutcome>,
): Promise<void> {
  const end = time.elapsedMilliseconds() + time.milliseconds;
  const left = () => end - time.elapsedMilliseconds();
  const quick = items.filter((item) => !isSlow(item));
  const last = items.filter(isSlow);
  let waiting = quick.length;
  await forEachConcurrently(quick, concurrency, async (item) => {
    const share = left() / Math.ceil(waiting / concurrency);
    waiting -= 1;
    const outcome = await limited(share, (signal) => take(item, signal));
    if (outcome === 'slow') last.push(item);
  });
  await forEachConcurrently(last, concurrency, async (item) => {
    await limited(left() * SHARE_OF_A_SLOW_ONE, (signal) => take(item, signal));
  });
}

/** Runs with a signal that ends after so many milliseconds. */
async function limited<T>(milliseconds: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const limit = Math.max(LEAST_MILLISECONDS, Math.floor(milliseconds));
  const end = () => {
    const reason = `It gave no answer within ${limit} ms, which is its share of the time of the tick: it is queried last from now on`;
    controller.abort(new OutOfTimeError(reason));
  };
  const timer = Number.isFinite(limit) ? setTimeout(end, limit) : undefined;
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
