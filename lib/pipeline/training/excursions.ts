import type { Forecast } from '../../series/band.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import type { Samples } from '../../series/samples.ts';

/** Beyond this many half-widths of the champion's band a sample is no noise. */
const FAR_HALF_WIDTHS = 3;
/** Far samples within this time of one another are one excursion. */
const SAME_EXCURSION_SECONDS = 3600;
/** What lasts longer is the new normal. */
const LONGEST_SECONDS = 36 * 3600;
/** What comes more often is a habit of the series, to be learnt. */
const MOST_EXCURSIONS = 3;

/**
 * The stretches of a history in which the series was far outside of what its champion expects, and from which it came back:
 * incidents that nobody has judged yet. They are left out of a fit, for one night of outage would otherwise be a rhythm
 * for as long as it lies in the history. What is going on still, lasts for longer than 36 hours or comes more than three
 * times is learnt.
 *
 * @param samples cleaned, ascending.
 * @param expected the champion's forecast at the samples' times.
 */
export function findExcursions({ timesSeconds, values }: Samples, expected: Forecast): TimeWindow[] {
  const excursions: { startSeconds: number; endSeconds: number }[] = [];
  for (const [row, time] of timesSeconds.entries()) {
    const middle = expected.expected[row]!;
    const halfWidth = Math.max(expected.upper[row]! - middle, middle - expected.lower[row]!);
    if (Math.abs(values[row]! - middle) <= FAR_HALF_WIDTHS * halfWidth) continue;
    const last = excursions.at(-1);
    if (last !== undefined && time - last.endSeconds <= SAME_EXCURSION_SECONDS) last.endSeconds = time;
    else excursions.push({ startSeconds: time, endSeconds: time });
  }
  const end = timesSeconds.at(-1) ?? 0;
  const isOver = (endSeconds: number) => end - endSeconds > SAME_EXCURSION_SECONDS;
  const judged = excursions.filter(
    ({ startSeconds, endSeconds }) => isOver(endSeconds) && endSeconds - startSeconds <= LONGEST_SECONDS,
  );
  if (judged.length > MOST_EXCURSIONS) return [];
  // Windows exclude their end; what is just before and behind an outage is mostly a part of it.
  return judged.map(({ startSeconds, endSeconds }) => ({
    startSeconds: startSeconds - SAME_EXCURSION_SECONDS / 2,
    endSeconds: endSeconds + SAME_EXCURSION_SECONDS / 2,
  }));
}
