import type { Forecast } from '../../series/band.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import type { Samples } from '../../series/samples.ts';

/** A sample this many half-widths of the champion's band away is not noise. */
const FAR_HALF_WIDTHS = 3;
/** Far samples within this time of one another are one excursion. */
const SAME_EXCURSION_SECONDS = 3600;
/** A longer deviation is the new normal. */
const LONGEST_SECONDS = 36 * 3600;
/** More frequent excursions are normal for the series, and are learnt. */
const MOST_EXCURSIONS = 3;

/**
 * Finds the periods in which the series was far from its champion's forecast and then returned: unjudged incidents. A fit
 * leaves them out, because one night of outage would otherwise become a seasonality. Deviations that are ongoing, last
 * longer than 36 hours or occur more than three times are learnt.
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
  // Windows exclude their end; samples just before and after an outage usually belong to it.
  return judged.map(({ startSeconds, endSeconds }) => ({
    startSeconds: startSeconds - SAME_EXCURSION_SECONDS / 2,
    endSeconds: endSeconds + SAME_EXCURSION_SECONDS / 2,
  }));
}
