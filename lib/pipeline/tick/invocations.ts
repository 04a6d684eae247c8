import type { Configuration } from '../../config/schema.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { InvocationDeadline } from './invocation-deadline.ts';
import { retryOnConflict } from './retry-on-conflict.ts';
import { stayForInterval } from './stay-for-interval.ts';
import type { StaySummary } from './summary-of-ticks.ts';
import type { TickSummary } from './tick.ts';

/**
 * An invocation that stays is done this long before the next one, since rules fire a second early or late: one that meets
 * the present one is throttled, and Lambda tries it again only after a pause.
 */
const HAND_OVER_SECONDS = 2;

/** What invocations work with. */
export interface InvocationPorts {
  /** One whole tick; its work may take as long as `remainingMilliseconds` says. */
  readonly tick: (
    shard: number,
    timeSeconds: number,
    remainingMilliseconds?: () => number,
  ) => Promise<TickSummary>;
  /** The metrics of a shard. */
  readonly metricsOf: (shard: number) => readonly WatchedMetric[];
  readonly deadline: InvocationDeadline;
  /** The wall clock, Unix seconds. */
  readonly nowSeconds: () => number;
  /** Milliseconds of a clock that only moves forward. */
  readonly elapsedMilliseconds: () => number;
  /** Ends early, and without an error, when the signal is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/** Invocations of the scheduled function: single ticks, or ticks in a row. */
export class Invocations {
  readonly #schedule: Configuration['schedule'];
  readonly #ports: InvocationPorts;
  /** Ends when the tick before has ended: see `#inTurn`. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(schedule: Configuration['schedule'], ports: InvocationPorts) {
    this.#schedule = schedule;
    this.#ports = ports;
  }

  /**
   * One invocation: a tick for its event, and with `latency: low` those of its whole interval.
   *
   * @param eventSeconds the time that the rule fired for, Unix seconds.
   */
  invoke(shard: number, eventSeconds: number): Promise<TickSummary> {
    const { tick, deadline, nowSeconds } = this.#ports;
    if (this.#schedule.latency === 'normal') return retryOnConflict(() => tick(shard, eventSeconds));
    const handOverSeconds = eventSeconds + this.#schedule.intervalSeconds - HAND_OVER_SECONDS;
    deadline.handOverIn((handOverSeconds - nowSeconds()) * 1000);
    return this.#stay(shard, { eventSeconds, handOverSeconds });
  }

  /** Ticks whenever a step becomes due, until the signal is aborted. */
  stay(shard: number, signal: AbortSignal, afterTick: (summary: TickSummary) => void): Promise<StaySummary> {
    const eventSeconds = this.#ports.nowSeconds();
    return this.#stay(shard, { eventSeconds, handOverSeconds: Infinity, signal }, afterTick);
  }

  #stay(
    shard: number,
    times: { readonly eventSeconds: number; readonly handOverSeconds: number; readonly signal?: AbortSignal },
    afterTick: (summary: TickSummary) => void = () => {},
  ): Promise<StaySummary> {
    const { metricsOf, deadline } = this.#ports;
    const tick = (timeSeconds: number) =>
      this.#inTurn(async () => {
        const summary = await this.#tickWithinStep(shard, timeSeconds);
        afterTick(summary);
        return summary;
      });
    const { remainingMilliseconds } = deadline;
    return stayForInterval(
      { ...this.#ports, tick, remainingMilliseconds },
      { ...times, shard, metrics: metricsOf(shard) },
    );
  }

  /** The history of new series must not keep the others waiting for longer than a step. */
  #tickWithinStep(shard: number, timeSeconds: number): Promise<TickSummary> {
    const { tick, deadline, elapsedMilliseconds } = this.#ports;
    const step = new InvocationDeadline(deadline.remainingMilliseconds, elapsedMilliseconds);
    step.handOverIn(this.#schedule.stepSeconds * 1000);
    return retryOnConflict(() => tick(shard, timeSeconds, step.remainingMilliseconds));
  }

  /** Shards of one program take turns: what a tick notes of its connections covers all calls made meanwhile. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
