/** Episodes that are remembered; the oldest gives way to the newest. */
export const EPISODES = 24;

const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;
const HOURS_A_DAY = 24;
const DAYS_A_WEEK = 7;

/** A pause of this long, and of so many steps, ends an episode. */
const PAUSE_SECONDS = 1800;
const PAUSE_STEPS = 5;

/** Alike is an episode of the same direction, at most so many times larger or smaller. */
const MOST_LARGER = 1.5;
const MOST_SMALLER = 2;
/** A habit may last so many times as long as the longest alike episode, and so many steps more. */
const MOST_LONGER = 2;
const LONGER_STEPS = 10;

/** So near to the same time of day is a job by the clock, and so near one that people start. */
const CLOCK_SECONDS = 900;
const HAND_SECONDS = 2 * SECONDS_PER_HOUR;
/** One step more, as a sample may come a step later, but not an hour more at a step of an hour. */
const MOST_SLACK_SECONDS = 1800;
/** Days within which they are counted: a job every three days has come three times. */
const RECENT_DAYS = 9.5;
const CLOCK_DAYS = 3;
const HAND_DAYS = 4;
/** A weekly job has come twice, one and two weeks (or two and three) ago. */
const WEEKLY_DAYS = 22;
const WEEKLY_TIMES = 2;
/** What comes at any time must have come so often in a week, in so many hours of the day: else it comes by the clock. */
const ANY_TIME_EPISODES = 10;
const ANY_TIME_HOURS = 6;

/**
 * The last episodes in which a series was above the threshold, in a ring. An episode is a run of such samples in one direction,
 * with pauses of half an hour at most.
 */
export interface RecurrenceMemory {
  /** Unix seconds of each episode's first sample above the threshold; 0 where none is remembered. */
  readonly starts: Uint32Array;
  /** Seconds from its first sample to its last. */
  readonly lengths: Uint32Array;
  /** The largest deviation in the unit of the value, negative downwards; 0 for a stuck value. */
  readonly sizes: Float32Array;
  /** Where the next episode goes. */
  next: number;
}

/** A sample above the threshold. */
export interface Exceedance {
  readonly timeSeconds: number;
  /** Its deviation in the unit of the value, negative downwards; 0 for a stuck value. */
  readonly size: number;
  readonly stepSeconds: number;
}

/** The memory of a series that never was above the threshold. */
export function emptyRecurrence(): RecurrenceMemory {
  return {
    starts: new Uint32Array(EPISODES),
    lengths: new Uint32Array(EPISODES),
    sizes: new Float32Array(EPISODES),
    next: 0,
  };
}

/**
 * Remembers a sample above the threshold, and says whether the episode that it belongs to is a habit: a job that came at
 * about this time on earlier days, or something that comes many times a week. Earlier episodes count when they are alike in direction
 * and size; one that is larger, or lasts longer, is no habit.
 */
export function isRecurring(memory: RecurrenceMemory, exceedance: Exceedance): boolean {
  const current = episodeOf(memory, exceedance);
  const { starts, lengths } = memory;
  const { stepSeconds } = exceedance;
  const start = starts[current]!;
  const slackSeconds = Math.min(stepSeconds, MOST_SLACK_SECONDS);
  // Days ago, as bits, so that two episodes of one day count once.
  let byClock = 0;
  let byHand = 0;
  let byWeek = 0;
  let hours = 0;
  let ofWeek = 0;
  let longest = 0;
  for (let index = 0; index < EPISODES; index += 1) {
    if (index === current || !isAlike(memory, index, current)) continue;
    const ageSeconds = start - starts[index]!;
    if (ageSeconds > WEEKLY_DAYS * SECONDS_PER_DAY) continue;
    longest = Math.max(longest, lengths[index]!);
    if (ageSeconds <= DAYS_A_WEEK * SECONDS_PER_DAY) {
      ofWeek += 1;
      hours |= 1 << (Math.floor(starts[index]! / SECONDS_PER_HOUR) % HOURS_A_DAY);
    }
    const days = Math.round(ageSeconds / SECONDS_PER_DAY);
    if (days === 0) continue;
    const offSeconds = Math.abs(ageSeconds - days * SECONDS_PER_DAY) - slackSeconds;
    const isRecent = ageSeconds <= RECENT_DAYS * SECONDS_PER_DAY;
    if (isRecent && offSeconds <= HAND_SECONDS) byHand |= 1 << days;
    if (offSeconds > CLOCK_SECONDS) continue;
    if (isRecent) byClock |= 1 << days;
    if (days % DAYS_A_WEEK === 0) byWeek |= 1 << days;
  }
  if (lengths[current]! > MOST_LONGER * longest + LONGER_STEPS * stepSeconds) return false;
  return (
    bitsOf(byClock) >= CLOCK_DAYS ||
    bitsOf(byHand) >= HAND_DAYS ||
    bitsOf(byWeek) >= WEEKLY_TIMES ||
    (ofWeek >= ANY_TIME_EPISODES && bitsOf(hours) >= ANY_TIME_HOURS)
  );
}

/** The episode that the sample goes on with, or else a new one. */
function episodeOf(memory: RecurrenceMemory, { timeSeconds, size, stepSeconds }: Exceedance): number {
  const { starts, lengths, sizes } = memory;
  const pauseSeconds = Math.max(PAUSE_SECONDS, PAUSE_STEPS * stepSeconds);
  for (let back = 1; back <= EPISODES; back += 1) {
    const index = (memory.next - back + EPISODES) % EPISODES;
    const start = starts[index]!;
    if (start === 0 || timeSeconds - start - lengths[index]! > pauseSeconds) continue;
    if (Math.sign(sizes[index]!) !== Math.sign(size)) continue;
    lengths[index] = timeSeconds - start;
    if (Math.abs(size) > Math.abs(sizes[index]!)) sizes[index] = size;
    return index;
  }
  const index = memory.next;
  starts[index] = timeSeconds;
  lengths[index] = 0;
  sizes[index] = size;
  memory.next = (index + 1) % EPISODES;
  return index;
}

function isAlike({ starts, sizes }: RecurrenceMemory, earlier: number, current: number): boolean {
  if (starts[earlier] === 0 || starts[earlier]! > starts[current]!) return false;
  const size = sizes[current]!;
  const other = sizes[earlier]!;
  if (size === 0 || other === 0) return size === other;
  const ratio = size / other;
  return ratio <= MOST_LARGER && ratio >= 1 / MOST_SMALLER;
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}
