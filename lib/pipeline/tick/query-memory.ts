import type { SeriesSource } from '../../sources/series-source.ts';

/** A clock that says the same in so many ticks stands still. */
const TICKS_OF_A_STILL_CLOCK = 3;

/** What this process has learnt of a query that took too long. */
export interface SlowQuery {
  /** Steps that the next query asks for at most; >= 1. */
  readonly mostSteps: number;
  /** The tick that tried it last, Unix seconds. */
  readonly triedSeconds: number;
}

interface SeenClock {
  readonly clockSeconds: number;
  readonly tickSeconds: number;
  readonly ticks: number;
}

/**
 * What a process has learnt of a source from one tick to the next: it makes ticks quicker and warnings sooner, and nothing
 * is lost when a new process begins without it.
 */
export class QueryMemory {
  /** By metric: those whose last query took too long. */
  readonly slow = new Map<string, SlowQuery>();
  /** By how much the source fills steps that it does not have yet, in seconds. */
  filledSeconds = 0;
  /** The tick that looked last whether it does, Unix seconds. */
  lookedForFillingSeconds = Number.NEGATIVE_INFINITY;
  readonly #clocks = new Map<string, SeenClock>();

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
