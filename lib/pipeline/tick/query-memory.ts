import type { SeriesSource } from '../../sources/series-source.ts';

/** A clock that says the same in so many ticks stands still. */
const TICKS_OF_A_STILL_CLOCK = 3;
/** A clock that is further behind than this may stand still, and is remembered for the next process. */
const BEHIND_SECONDS = 60;
/** How often it is looked whether the source fills steps that it does not have yet. */
const LOOK_FOR_FILLING_SECONDS = 1800;
/** What was learnt is forgotten after a day: the source may have changed. */
const FORGET_SECONDS = 86_400;

/** What was learnt of a query that took too long. */
export interface SlowQuery {
  /** Steps that the next query asks for at most; >= 1. */
  readonly mostSteps: number;
  /** The tick that tried it last, Unix seconds. */
  readonly triedSeconds: number;
}

/** The clock of the source in the answers of one metric. */
export interface SeenClock {
  readonly clockSeconds: number;
  /** The tick that saw it last, Unix seconds. */
  readonly tickSeconds: number;
  /** Ticks in a row that saw it so. */
  readonly ticks: number;
}

/** What ticks have learnt of a source, for a process that begins without it. */
export interface LearntOfSource {
  readonly slow: Readonly<Record<string, SlowQuery>>;
  /** Clocks that are far behind, by metric. */
  readonly clocks: Readonly<Record<string, SeenClock>>;
  /** By how much the source fills steps that it does not have yet, and the tick that found it; undefined when it does not. */
  readonly filled?: { readonly seconds: number; readonly foundSeconds: number } | undefined;
}

/** What ticks have learnt of a source. It makes them quicker and warnings sooner; without it nothing is lost. */
export class QueryMemory {
  /** By metric: those whose last query took too long. */
  readonly slow = new Map<string, SlowQuery>();
  /** The tick that looked last whether the source fills steps, Unix seconds. */
  #lookedForFillingSeconds = Number.NEGATIVE_INFINITY;
  #filled: LearntOfSource['filled'];
  readonly #clocks = new Map<string, SeenClock>();
  readonly #recalledShards = new Set<number>();

  /** By how much the source fills steps that it does not have yet, in seconds. */
  filledSeconds(tickSeconds: number): number {
    return this.#filled === undefined || isForgotten(this.#filled.foundSeconds, tickSeconds)
      ? 0
      : this.#filled.seconds;
  }

  /** Whether it is to be looked now if the source fills steps: now and then, and at once when what was found is forgotten. */
  isLookForFillingDue(tickSeconds: number): boolean {
    const isLongAgo = Math.abs(tickSeconds - this.#lookedForFillingSeconds) >= LOOK_FOR_FILLING_SECONDS;
    return isLongAgo || (this.#filled !== undefined && isForgotten(this.#filled.foundSeconds, tickSeconds));
  }

  /** A tick looked, and found that the source fills so many seconds; 0 when it fills none. */
  lookedForFilling(seconds: number, tickSeconds: number): void {
    this.#lookedForFillingSeconds = tickSeconds;
    if (seconds === this.filledSeconds(tickSeconds) && seconds > 0) return;
    this.#filled = seconds > 0 ? { seconds, foundSeconds: tickSeconds } : undefined;
  }

  /**
   * Notes the clock that an answer carried.
   *
   * @returns whether it stands still, while ticks go on, and so says nothing: a proxy passes on an old answer's.
   */
  isStill(metric: string, tickSeconds: number, clockSeconds: number): boolean {
    const seen = this.#clocks.get(metric);
    const isSame = seen !== undefined && seen.clockSeconds === clockSeconds;
    const isLater = seen === undefined || tickSeconds > seen.tickSeconds;
    const ticks = isSame ? seen.ticks + (isLater ? 1 : 0) : 1;
    this.#clocks.set(metric, { clockSeconds, tickSeconds, ticks });
    return ticks >= TICKS_OF_A_STILL_CLOCK && isLater;
  }

  /** What is worth keeping of these metrics. */
  learnt(metrics: readonly string[], tickSeconds: number): LearntOfSource {
    const known = <Value>(values: ReadonlyMap<string, Value>) =>
      metrics.flatMap((metric): [string, Value][] => {
        const value = values.get(metric);
        return value === undefined ? [] : [[metric, value]];
      });
    const isBehind = ({ clockSeconds, tickSeconds: seen }: SeenClock) => seen - clockSeconds > BEHIND_SECONDS;
    return {
      slow: Object.fromEntries(known(this.slow)),
      clocks: Object.fromEntries(known(this.#clocks).filter(([, clock]) => isBehind(clock))),
      ...(this.filledSeconds(tickSeconds) > 0 ? { filled: this.#filled } : {}),
    };
  }

  /** Takes in what an earlier process has learnt, the first time that this one has a tick of the shard. */
  recall(shard: number, { slow, clocks, filled }: LearntOfSource, tickSeconds: number): void {
    if (this.#recalledShards.has(shard)) return;
    this.#recalledShards.add(shard);
    for (const [metric, query] of Object.entries(slow))
      if (!this.slow.has(metric) && !isForgotten(query.triedSeconds, tickSeconds))
        this.slow.set(metric, query);
    for (const [metric, clock] of Object.entries(clocks))
      if (!this.#clocks.has(metric)) this.#clocks.set(metric, clock);
    this.#filled ??= filled;
  }
}

function isForgotten(foundSeconds: number, tickSeconds: number): boolean {
  return Math.abs(tickSeconds - foundSeconds) >= FORGET_SECONDS;
}

const memories = new WeakMap<SeriesSource, QueryMemory>();

/** The memory of a source, for as long as the source is used. */
export function queryMemoryOf(source: SeriesSource): QueryMemory {
  const known = memories.get(source);
  if (known !== undefined) return known;
  const memory = new QueryMemory();
  memories.set(source, memory);
  return memory;
}
