import type { CopyCounts, TickSummary } from './tick.ts';

/** How an invocation of several ticks went: what its ticks did together, and how things stood after the last one. */
export interface StaySummary extends TickSummary {
  /** Those that ended well. */
  readonly ticks: number;
  /** Those that failed; their steps were scored by a later one, here or in the next invocation. */
  readonly ticksFailed: number;
  /** Those whose steps another invocation scored at the same time. */
  readonly ticksOvertaken: number;
}

/** The ticks of one invocation, added up as they come. */
export class TicksOfStay {
  readonly #shard: number;
  readonly #eventSeconds: number;
  #sum: TickSummary | undefined;
  #ticks = 0;
  failed = 0;
  overtaken = 0;

  constructor(shard: number, eventSeconds: number) {
    this.#shard = shard;
    this.#eventSeconds = eventSeconds;
  }

  add(tick: TickSummary): void {
    this.#ticks += 1;
    this.#sum = this.#sum === undefined ? tick : added(this.#sum, tick);
  }

  summary(): StaySummary {
    const sum = this.#sum ?? nothingDone(this.#shard, this.#eventSeconds);
    return { ...sum, ticks: this.#ticks, ticksFailed: this.failed, ticksOvertaken: this.overtaken };
  }
}

function nothingDone(shard: number, timeSeconds: number): TickSummary {
  return {
    shard,
    timeSeconds,
    seriesScored: 0,
    seriesWarming: 0,
    verdictsWritten: 0,
    verdictsRejected: 0,
    recordsSpooled: 0,
    recordsGivenUp: 0,
    ticksSpooled: 0,
    pointsLate: 0,
    alertsDecided: 0,
    alertsWaiting: 0,
    skippedSeconds: 0,
    warnings: [],
    faults: [],
    metricsTakenOver: [],
    stateSetAside: undefined,
    stateBytes: 0,
    phaseMilliseconds: {},
  };
}

function added(sum: TickSummary, tick: TickSummary): TickSummary {
  return {
    shard: sum.shard,
    timeSeconds: tick.timeSeconds,
    // Not the sum: the same series are scored again and again.
    seriesScored: Math.max(sum.seriesScored, tick.seriesScored),
    seriesWarming: tick.seriesWarming,
    verdictsWritten: sum.verdictsWritten + tick.verdictsWritten,
    verdictsRejected: sum.verdictsRejected + tick.verdictsRejected,
    recordsSpooled: sum.recordsSpooled + tick.recordsSpooled,
    recordsGivenUp: sum.recordsGivenUp + tick.recordsGivenUp,
    ...(tick.copies && { copies: addedCopies(sum.copies, tick.copies) }),
    ticksSpooled: tick.ticksSpooled,
    pointsLate: sum.pointsLate + tick.pointsLate,
    alertsDecided: sum.alertsDecided + tick.alertsDecided,
    alertsWaiting: tick.alertsWaiting,
    skippedSeconds: sum.skippedSeconds + tick.skippedSeconds,
    warnings: [...new Set([...sum.warnings, ...tick.warnings])],
    faults: [...sum.faults, ...tick.faults.filter((fault) => !sum.faults.some(isSame(fault)))],
    metricsTakenOver: [...sum.metricsTakenOver, ...tick.metricsTakenOver],
    stateSetAside: sum.stateSetAside ?? tick.stateSetAside,
    stateBytes: tick.stateBytes === 0 ? sum.stateBytes : tick.stateBytes,
    phaseMilliseconds: addedPhases(sum.phaseMilliseconds, tick.phaseMilliseconds),
  };
}

type Phases = TickSummary['phaseMilliseconds'];

function addedPhases(sum: Phases, tick: Phases): Phases {
  const names = Object.keys({ ...sum, ...tick }) as (keyof Phases)[];
  return Object.fromEntries(names.map((name) => [name, (sum[name] ?? 0) + (tick[name] ?? 0)]));
}

function addedCopies(sum: CopyCounts | undefined, tick: CopyCounts): CopyCounts {
  return {
    rejected: (sum?.rejected ?? 0) + tick.rejected,
    spooled: (sum?.spooled ?? 0) + tick.spooled,
    givenUp: (sum?.givenUp ?? 0) + tick.givenUp,
  };
}

type Fault = TickSummary['faults'][number];

function isSame({ metric, reason }: Fault): (other: Fault) => boolean {
  return (other) => other.metric === metric && other.reason === reason;
}
