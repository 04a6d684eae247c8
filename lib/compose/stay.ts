import { setTimeout as pause } from 'node:timers/promises';
import type { Configuration } from '../config/schema.ts';
import type { TickPorts } from '../pipeline/tick/collect-and-detect.ts';
import { InvocationDeadline } from '../pipeline/tick/invocation-deadline.ts';
import { stayForInterval } from '../pipeline/tick/stay-for-interval.ts';
import type { StaySummary } from '../pipeline/tick/summary-of-ticks.ts';
import type { TickSummary } from '../pipeline/tick/tick.ts';
import type { WatchedMetric } from '../pipeline/watch/watched-metric.ts';
import { ObjectConflictError } from '../storage/errors.ts';
import type { Logger } from '../telemetry/logger.ts';

/**
 * An invocation that stays is done this long before the next one, since rules fire a second early or late: one that meets
 * the present one is throttled, and Lambda tries it again only after a pause.
 */
const HAND_OVER_SECONDS = 2;
/** With the state in memory, with the one that another tick then saves over, and with nothing left to do. */
const ATTEMPTS = 3;

/** Ticks in a row, wired. */
export interface ComposedStay {
  /**
   * One invocation of the scheduled function: a tick for its event, and with `latency: low` those of its whole interval.
   *
   * @param eventSeconds the time that the rule fired for, Unix seconds.
   */
  invoke(shard: number, eventSeconds: number): Promise<TickSummary>;
  /** Ticks whenever a step becomes due, until the signal is aborted. */
  stay(shard: number, signal: AbortSignal, afterTick: (summary: TickSummary) => void): Promise<StaySummary>;
}

/** What a wired tick gives. */
interface Wired {
  readonly logger: Logger;
  readonly elapsedMilliseconds: () => number;
  readonly deadline: InvocationDeadline;
  readonly metricsOf: (shard: number) => readonly WatchedMetric[];
  readonly tick: (shard: number, timeSeconds: number, bounded?: Partial<TickPorts>) => Promise<TickSummary>;
}

interface Times {
  readonly eventSeconds: number;
  readonly handOverSeconds: number;
  readonly signal?: AbortSignal;
}

export function composeStay(schedule: Configuration['schedule'], wired: Wired): ComposedStay {
  const { logger, elapsedMilliseconds, deadline, metricsOf } = wired;
  const { remainingMilliseconds } = deadline;
  // Shards of one program take turns: what a tick notes of its connections is that of all calls meanwhile.
  let turn: Promise<unknown> = Promise.resolve();
  const stay = (shard: number, times: Times, afterTick: (summary: TickSummary) => void = () => {}) => {
    const tick = (timeSeconds: number) => {
      const own = turn.then(() => tickInTurn(timeSeconds));
      turn = own.catch(() => {});
      return own;
    };
    const tickInTurn = async (timeSeconds: number) => {
      // The history of new series must not keep those that are known waiting for longer than a step.
      const step = new InvocationDeadline(remainingMilliseconds, elapsedMilliseconds);
      step.handOverIn(schedule.stepSeconds * 1000);
      const { remainingMilliseconds: untilNextStep } = step;
      const summary = await againOnConflict(() =>
        wired.tick(shard, timeSeconds, { remainingMilliseconds: untilNextStep }),
      );
      afterTick(summary);
      return summary;
    };
    const nowSeconds = () => Date.now() / 1000;
    return stayForInterval(
      { tick, nowSeconds, elapsedMilliseconds, sleep, remainingMilliseconds, logger },
      { ...times, shard, metrics: metricsOf(shard) },
    );
  };
  return {
    invoke: (shard, eventSeconds) => {
      if (schedule.latency === 'normal') return againOnConflict(() => wired.tick(shard, eventSeconds));
      const handOverSeconds = eventSeconds + schedule.intervalSeconds - HAND_OVER_SECONDS;
      deadline.handOverIn(handOverSeconds * 1000 - Date.now());
      return stay(shard, { eventSeconds, handOverSeconds });
    },
    stay: (shard, signal, afterTick) =>
      stay(shard, { eventSeconds: Date.now() / 1000, handOverSeconds: Infinity, signal }, afterTick),
  };
}

/**
 * Containers belong to no shard: when another one had the shard since this one did, the state in memory is out of date, which shows at
 * the save. What is tried again then begins from what is stored; where another tick has done the work, it finds nothing to do.
 * That other tick may come in between once more.
 */
async function againOnConflict(tick: () => Promise<TickSummary>): Promise<TickSummary> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tick();
    } catch (error) {
      if (!(error instanceof ObjectConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Ends early, and without an error, when the signal is aborted. */
async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
