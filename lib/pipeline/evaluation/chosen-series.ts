import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';

/**
 * The series that an evaluation looks at: those with the labels that were asked for, and of more than a few these many,
 * spread evenly over all of them in the order of their labels. The same series give the same choice.
 *
 * @param matcher labels that a series must have; undefined for none.
 * @param most at least 1.
 */
export function chosenSeries(
  series: readonly Series[],
  matcher: Labels | undefined,
  most: number,
): { readonly chosen: readonly Series[]; readonly matching: number } {
  const wanted = Object.entries(matcher ?? {});
  const matching = series
    .filter(({ labels }) => wanted.every(([name, value]) => labels[name] === value))
    .map((one) => ({ one, key: seriesKey(one.labels) }))
    .sort((one, other) => (one.key < other.key ? -1 : Number(one.key > other.key)));
  const count = Math.min(most, matching.length);
  const chosen = Array.from(
    { length: count },
    (_, index) => matching[Math.floor(((index + 0.5) * matching.length) / count)]!.one,
  );
  return { chosen, matching: matching.length };
}
