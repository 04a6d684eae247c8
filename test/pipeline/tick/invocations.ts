import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { type Stay, type StayPorts, stayForInterval } from '../../../lib/pipeline/tick/stay-for-interval.ts';
import type { StaySummary } from '../../../lib/pipeline/tick/summary-of-ticks.ts';
import type { TickSummary } from '../../../lib/pipeline/tick/tick.ts';
import { FIRST_TICK, metricNamed, SHARD, type TickFixture } from './tick-fixture.ts';
import { VirtualTime } from './virtual-time.ts';

export const STEP_SECONDS = 5;
export const DELAY_SECONDS = 5;
export const INTERVAL_SECONDS = 60;
export const HAND_OVER_SECONDS = 2;
const CATCH_UP_SECONDS = 600;

/** The newest step that is due at a moment. */
export const newestStep = (seconds: number) =>
  Math.floor((seconds - DELAY_SECONDS) / STEP_SECONDS) * STEP_SECONDS;

function fastMetric(name: string) {
  const { monitor } = metricNamed(name, ewmaChart);
  return metricNamed(name, ewmaChart, {
    monitor: { ...monitor, stepSeconds: STEP_SECONDS },
    delaySeconds: DELAY_SECONDS,
    maximumCatchUpSeconds: CATCH_UP_SECONDS,
  });
}

/** Invocations as Lambda would run them, in time that only passes by what is done in it. */
export class Invocations {
  readonly time = new VirtualTime(FIRST_TICK);
  readonly around: TickFixture;
  /** How long the next tick takes; how often was ticked before, and for which moment. */
  tickSeconds: (before: number, timeSeconds: number) => number = () => 0.2;
  readonly errors: string[] = [];
  /** The moments that ticks were for. */
  readonly ticks: number[] = [];
  /** Ticks that ended well: what they were for, and when they ended. */
  readonly ended: { readonly timeSeconds: number; readonly endSeconds: number }[] = [];

  constructor(around: TickFixture) {
    this.around = around;
    around.metrics = [fastMetric('cpu')];
  }

  /** @param deliverySeconds how late the event arrives. */
  async invoke(
    eventSeconds: number,
    deliverySeconds = 0,
    { ports = {}, stay = {} }: { readonly ports?: Partial<StayPorts>; readonly stay?: Partial<Stay> } = {},
  ): Promise<StaySummary> {
    this.time.passUntil(eventSeconds + deliverySeconds);
    const { nowSeconds, elapsedMilliseconds, sleep } = this.time;
    return stayForInterval(
      {
        tick: (timeSeconds) => this.tick(timeSeconds),
        nowSeconds,
        elapsedMilliseconds,
        sleep,
        remainingMilliseconds: () => Infinity,
        logger: { debug() {}, info() {}, warn() {}, error: (message) => this.errors.push(message) },
        ...ports,
      },
      {
        shard: SHARD,
        eventSeconds,
        handOverSeconds: eventSeconds + INTERVAL_SECONDS - HAND_OVER_SECONDS,
        metrics: this.around.metrics,
        ...stay,
      },
    );
  }

  async tick(timeSeconds: number): Promise<TickSummary> {
    const took = this.tickSeconds(this.ticks.length, timeSeconds);
    this.ticks.push(timeSeconds);
    try {
      const summary = await this.around.tick(timeSeconds);
      this.ended.push({ timeSeconds, endSeconds: this.time.trueSeconds() + took });
      return summary;
    } finally {
      this.time.pass(took);
    }
  }

  /** How long after its time each step was scored, from the one after the first tick on. */
  latencies(): number[] {
    const found: number[] = [];
    let scored = newestStep(this.ticks[0] ?? 0);
    for (const { timeSeconds, endSeconds } of this.ended) {
      for (; scored + STEP_SECONDS <= newestStep(timeSeconds); scored += STEP_SECONDS)
        found.push(endSeconds - (scored + STEP_SECONDS));
    }
    return found;
  }

  /** The steps of one series in the order in which their verdicts were written. */
  async steps(): Promise<number[]> {
    const records = (await this.around.lines('verdict')).map((line) => JSON.parse(line));
    const own = records.filter(({ labels }) => labels.instance === records[0].labels.instance);
    return own.map(({ timeSeconds }) => timeSeconds);
  }

  /** All steps that should have been scored: the first tick's catch-up and all up to the last tick. */
  expectedSteps(): number[] {
    const last = newestStep(this.ended.at(-1)!.timeSeconds);
    const first = newestStep(this.ticks[0]!) - CATCH_UP_SECONDS + STEP_SECONDS;
    return Array.from(
      { length: (last - first) / STEP_SECONDS + 1 },
      (_, index) => first + index * STEP_SECONDS,
    );
  }
}
