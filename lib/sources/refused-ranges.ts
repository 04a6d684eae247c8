import type { RefusedSteps } from './series-source.ts';

/** Steps as ranges. @param times Unix seconds, ascending, multiples of the step. */
export function rangesOf(times: readonly number[], stepSeconds: number, reason: string): RefusedSteps[] {
  return joinRanges(
    times.map((time) => ({ startSeconds: time, endSeconds: time, reason })),
    stepSeconds,
  );
}

/** Ranges that follow each other without a step between them, or overlap, become one; ascending. */
export function joinRanges(ranges: readonly RefusedSteps[], stepSeconds: number): RefusedSteps[] {
  const joined: RefusedSteps[] = [];
  for (const range of ranges.toSorted((one, other) => one.startSeconds - other.startSeconds)) {
    const last = joined.at(-1);
    if (last === undefined || range.startSeconds > last.endSeconds + stepSeconds) joined.push(range);
    else joined[joined.length - 1] = { ...last, endSeconds: Math.max(last.endSeconds, range.endSeconds) };
  }
  return joined;
}

/** In words, for a person. */
export function refusedInWords({ startSeconds, endSeconds, reason }: RefusedSteps): string {
  const [start, end] = [startSeconds, endSeconds].map((seconds) => new Date(seconds * 1000).toISOString());
  return `The steps from ${start} to ${end} are given up, the source refuses them: ${reason}`;
}
