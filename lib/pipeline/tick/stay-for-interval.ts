import { ObjectConflictError } from '../../storage/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { lastDueSeconds, nextDueSeconds, type Pace } from './due-steps.ts';
import { type StaySummary, TicksOfStay } from './summary-of-ticks.ts';
import type { TickSummary } from './tick.ts';

/** What staying works with. */
export interface StayPorts {
  /** One whole tick for a moment, Unix seconds. */
  readonly tick: (timeSeconds: number) => Promise<TickSummary>;
  /** The wall clock in Unix seconds; looked at once, to learn how late the event came. */
  readonly nowSeconds: () => number;
  /** Milliseconds of a clock that only moves forward: a wall clock that is set must not move the hand-over. */
  readonly elapsedMilliseconds: () => number;
  /** Ends early when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that are left of the invocation; Infinity for a program that runs on. */
  readonly remainingMilliseconds: () => number;
  readonly logger: Logger;
}

/** One invocation that stays. */
export interface Stay {
  /** The time that the rule fired for, Unix seconds. */
  readonly eventSeconds: number;
  readonly shard: number;
  /** When the next invocation has to find the shard free, Unix seconds; Infinity when there is none. */
  readonly handOverSeconds: number;
  readonly metrics: readonly Pace[];
  /** Ends the stay after the tick that is under way. */
  readonly signal?: AbortSignal;
}

/**
 * Ticks for the event, then whenever a step becomes due, until the next invocation takes over. Each is a whole tick for the moment at
 * which its step became due; steps that became due meanwhile are scored together by the next one. One that fails is reported,
 * and the next one catches up.
 *
 * An event that comes after its interval is over ticks once, for its own time. No tick is begun that would end after the
 * hand-over or the invocation, if it took as long as the one before.
 *
 * @throws what the last tick failed with: its steps wait for the next invocation.
 */
export async function stayForInterval(ports: StayPorts, stay: Stay): Promise<StaySummary> {
  const { metrics, signal } = stay;
  const clock = clockFrom(ports);
  const ticks = new TicksOfStay(stay.shard, stay.eventSeconds);
  let due: number | undefined = firstTickSeconds(stay, clock());
  let failure: { readonly error: unknown } | undefined;
  while (due !== undefined) {
    const begunSeconds = clock();
    failure = await tickOnce(ports, due, ticks);
    const tookSeconds = clock() - begunSeconds;
    due = await waitForNext(ports, stay, due, tookSeconds, clock);
    // Steps that became due during a slow tick are scored together.
    if (due !== undefined) due = Math.max(due, lastDueSeconds(metrics, clock()));
    if (signal?.aborted === true) break;
  }
  if (failure !== undefined) throw failure.error;
  return ticks.summary();
}

/** The wall clock of the beginning, moved on by a clock that can't be set. */
function clockFrom({ nowSeconds, elapsedMilliseconds }: StayPorts): () => number {
  const beginSeconds = nowSeconds();
  const beginMilliseconds = elapsedMilliseconds();
  return () => beginSeconds + (elapsedMilliseconds() - beginMilliseconds) / 1000;
}

/** The event's own time, or when it came late within its interval, what has become due meanwhile. */
function firstTickSeconds({ eventSeconds, handOverSeconds, metrics }: Stay, nowSeconds: number): number {
  if (nowSeconds >= handOverSeconds) return eventSeconds;
  return Math.max(eventSeconds, lastDueSeconds(metrics, nowSeconds));
}

async function tickOnce(
  { tick, logger }: StayPorts,
  timeSeconds: number,
  ticks: TicksOfStay,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    ticks.add(await tick(timeSeconds));
    return undefined;
  } catch (error) {
    if (error instanceof ObjectConflictError) {
      ticks.overtaken += 1;
      logger.warn('Another invocation was faster at this step', { timeSeconds });
      return undefined;
    }
    ticks.failed += 1;
    logger.error('A tick failed; the next one catches up', { timeSeconds, error });
    return { error };
  }
}

/** @returns the moment that the next tick is for, once it has come; undefined when it is left to the next invocation. */
async function waitForNext(
  { sleep, remainingMilliseconds }: StayPorts,
  { handOverSeconds, metrics, signal }: Stay,
  lastSeconds: number,
  tickSeconds: number,
  clock: () => number,
): Promise<number | undefined> {
  const due = nextDueSeconds(metrics, lastSeconds);
  for (;;) {
    const nowSeconds = clock();
    const endSeconds = Math.max(due, nowSeconds) + tickSeconds;
    const isTooLate =
      endSeconds > handOverSeconds || endSeconds - nowSeconds > remainingMilliseconds() / 1000;
    if (due === Infinity || isTooLate || signal?.aborted === true) return undefined;
    if (nowSeconds >= due) return due;
    // Rounded up: a timer that rings a little early would ask the source for what has not come.
    await sleep(Math.ceil((due - nowSeconds) * 1000), signal);
  }
}
