import { type Labels, seriesKey } from '../series/labels.ts';
import type { Samples } from '../series/samples.ts';
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

/**
 * Series that differ only in labels that are left out are one, as when a pod is replaced by the next one.
 *
 * @throws SourceQueryError when two of them have a sample at the same time.
 */
function keeping(series: readonly Series[], names: readonly string[]): Series[] {
  const groups = new Map<string, { readonly kept: Labels; readonly parts: Series[] }>();
  for (const one of series) {
    const kept = Object.fromEntries(Object.entries(one.labels).filter(([name]) => names.includes(name)));
    const key = seriesKey(kept);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kept, parts: [one] });
    else group.parts.push(one);
  }
  return [...groups].map(([key, { kept, parts }]) => ({ labels: kept, samples: together(parts, key) }));
}

function together(parts: readonly Series[], key: string): Samples {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only.samples;
  const owners = new Map<number, Labels>();
  const values = new Map<number, number>();
  for (const { labels, samples } of parts) {
    for (const [index, time] of samples.timesSeconds.entries()) {
      const other = owners.get(time);
      if (other !== undefined) throw new SourceQueryError(collision(other, labels, key, time));
      owners.set(time, labels);
      values.set(time, samples.values[index] as number);
    }
  }
  const timesSeconds = Float64Array.from(values.keys()).sort();
  return { timesSeconds, values: timesSeconds.map((time) => values.get(time) as number) };
}

function collision(one: Labels, other: Labels, key: string, timeSeconds: number): string {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  const differing = names.filter((name) => one[name] !== other[name]).join(', ');
  return (
    `With the labels that metrics[].labels keeps, ${seriesKey(one)} and ${seriesKey(other)} are both ${key}: ` +
    `keep ${differing} too, or aggregate in the query (sum by ...). ` +
    `Both have a sample at ${new Date(timeSeconds * 1000).toISOString()}`
  );
}
