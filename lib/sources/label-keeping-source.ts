import { type Labels, seriesKey } from '../series/labels.ts';
import type { Series } from '../series/series.ts';
import { SourceQueryError } from './errors.ts';
import type { SeriesSource } from './series-source.ts';

/** A source whose series bear only the labels that the query keeps. */
export function labelKeepingSource(inner: SeriesSource): SeriesSource {
  return {
    name: inner.name,
    isSimulated: inner.isSimulated,
    queryRange: async (query, signal) => {
      const result = await inner.queryRange(query, signal);
      return query.labels === undefined
        ? result
        : { ...result, series: keeping(result.series, query.labels) };
    },
    recordedUntilSeconds: inner.recordedUntilSeconds?.bind(inner),
    check: (signal) => inner.check(signal),
  };
}

/** @throws SourceQueryError when two series differ only in labels that are left out. */
function keeping(series: readonly Series[], names: readonly string[]): Series[] {
  const seen = new Map<string, Labels>();
  return series.map(({ labels, samples }) => {
    const kept = Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
    const key = seriesKey(kept);
    const other = seen.get(key);
    if (other !== undefined) throw new SourceQueryError(collision(other, labels, key));
    seen.set(key, labels);
    return { labels: kept, samples };
  });
}

function collision(one: Labels, other: Labels, key: string): string {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const differing = names.filter((name) => one[name] !== other[name]).join(', ');
  return (
    `With the labels that metrics[].labels keeps, ${seriesKey(one)} and ${seriesKey(other)} are both ${key}: ` +
    `keep ${differing} too, or aggregate in the query (sum by ...)`
  );
}
