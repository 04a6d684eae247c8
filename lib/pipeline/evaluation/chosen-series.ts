import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';

/**
 * Chooses the series to evaluate: at most `most` of those with the requested labels, spread evenly over them in the order
 * of their labels. Equal input gives the same choice.
 *
 * @param matcher labels that a series must have; undefined for all series.
 * @param most maximum number of series; at least 1.
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
