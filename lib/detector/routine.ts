/** Days over which a remembered exceedance loses two thirds of its weight: a weekly habit is still seen. */
const MEMORY_DAYS = 7;
/** Exceedances on this many recent days at the same hour (counted with decay) make a routine. */
const ROUTINE_EXCEEDANCES = 2;
/** Decades that the bar rises by for each of them, and at most. A job that runs on six of seven days counts about 5. */
const PENALTY_PER_EXCEEDANCE = 0.35;
const MOST_PENALTY = 2;
const NEVER_DAY = -100_000;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
export const HOURS = 24;

/** On which days, by UTC hour, the threshold was exceeded. */
export interface RoutineMemory {
  /** Decayed count of days with an exceedance, as of the day in `days`. */
  readonly counts: Float32Array;
  /** The last day (since 1970) with an exceedance. */
  readonly days: Int32Array;
}

export function emptyRoutine(): RoutineMemory {
  return { counts: new Float32Array(HOURS), days: new Int32Array(HOURS).fill(NEVER_DAY) };
}

/**
 * How much rarer an exceedance at this hour must be to matter: what came at about this hour (one more or less) on several earlier days
 * is a batch job, and the more days it came on, the surer.
 *
 * @returns decades, 0 to 2.
 */
export function routinePenalty(memory: RoutineMemory, timeSeconds: number): number {
  const hour = hourOf(timeSeconds);
  const day = Math.floor(timeSeconds / SECONDS_PER_DAY);
  let most = 0;
  for (let offset = -1; offset <= 1; offset += 1) {
    const exceedances = earlierExceedances(memory, (hour + offset + HOURS) % HOURS, day);
    if (exceedances > most) most = exceedances;
  }
  return most >= ROUTINE_EXCEEDANCES ? Math.min(MOST_PENALTY, PENALTY_PER_EXCEEDANCE * most) : 0;
}

/** Remembers an exceedance, once a day and hour. */
export function rememberExceedance(memory: RoutineMemory, timeSeconds: number): void {
  const hour = hourOf(timeSeconds);
  const day = Math.floor(timeSeconds / SECONDS_PER_DAY);
  if (memory.days[hour]! >= day) return;
  memory.counts[hour] = decayedCount(memory, hour, day) + 1;
  memory.days[hour] = day;
}

function earlierExceedances(memory: RoutineMemory, hour: number, day: number): number {
  return memory.days[hour]! < day ? decayedCount(memory, hour, day) : memory.counts[hour]! - 1;
}

function decayedCount(memory: RoutineMemory, hour: number, day: number): number {
  const count = memory.counts[hour]!;
  return count === 0 ? 0 : count * Math.exp(-(day - memory.days[hour]!) / MEMORY_DAYS);
}

function hourOf(timeSeconds: number): number {
  return Math.floor(timeSeconds / SECONDS_PER_HOUR) % HOURS;
}
