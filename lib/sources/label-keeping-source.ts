import { type Labels, seriesKey } from '../series/labels.ts';
import type { Samples } from '../series/samples.ts';
import type { Series } from '../series/series.ts';
import { SourceQueryError } from './errors.ts';
import { rangesOf } from './refused-ranges.ts';
import type { RangeQuery, RangeResult, SeriesSource } from './series-source.ts';

/** A source whose series bear only the labels that the query keeps. */
export function labelKeepingSource(inner: SeriesSource): SeriesSource {
  return {
    name: inner.name,
    isSimulated: inner.isSimulated,
    queryRange: async (query, signal) => {
      const { labels } = query;
      if (labels === undefined) return inner.queryRange(query, signal);
      // More series than are kept: each stands for one that it replaced, or was replaced by.
      const result = await inner.queryRange({ ...query, maximumSeries: undefined }, signal);
      return keeping(result, query, labels);
    },
    recordedUntilSeconds: inner.recordedUntilSeconds?.bind(inner),
    noticed: inner.noticed?.bind(inner),
    check: (signal) => inner.check(signal),
  };
}

/** Series that have become one, without the steps at which several of them have a sample. */
interface Merged extends Series {
  /** Times of those steps, ascending. */
  readonly collisions: readonly number[];
  /** The first of them, in words. */
  readonly objection: string | undefined;
}

/**
 * Series that differ only in labels that are left out are one, as when a pod is replaced by the next one. Where two of them
 * have a sample at the same step, that step of the series is left out; it is refused where no other series has it.
 *
 * @throws SourceQueryError when no step is left of any series.
 */
function keeping(result: RangeResult, query: RangeQuery, names: readonly string[]): RangeResult {
  const merged = merge(result.series, names);
  const objections = merged.flatMap(({ objection }) => objection ?? []);
  const [objection] = objections;
  const series = merged.map(({ labels, samples }) => ({ labels, samples }));
  if (objection === undefined) return { ...result, series };
  const collisions = new Set(merged.flatMap((one) => one.collisions));
  for (const { samples } of series) for (const time of samples.timesSeconds) collisions.delete(time);
  if (series.every(({ samples }) => samples.timesSeconds.length === 0)) throw new SourceQueryError(objection);
  return {
    ...result,
    series,
    notices: [...(result.notices ?? []), ...objections],
    refused: [
      ...(result.refused ?? []),
      ...rangesOf(
        [...collisions].sort((one, other) => one - other),
        query.stepSeconds,
        objection,
      ),
    ],
  };
}

function merge(series: readonly Series[], names: readonly string[]): Merged[] {
  const groups = new Map<string, { readonly kept: Labels; readonly parts: Series[] }>();
  for (const one of series) {
    const kept = Object.fromEntries(Object.entries(one.labels).filter(([name]) => names.includes(name)));
    const key = seriesKey(kept);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kept, parts: [one] });
    else group.parts.push(one);
  }
  return [...groups].map(([key, { kept, parts }]) => ({ labels: kept, ...together(parts, key) }));
}

function together(parts: readonly Series[], key: string): Omit<Merged, 'labels'> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return { samples: only.samples, collisions: [], objection: undefined };
  const owners = new Map<number, Labels>();
  const values = new Map<number, number>();
  const collisions = new Set<number>();
  let objection: string | undefined;
  for (const { labels, samples } of parts) {
    for (const [index, time] of samples.timesSeconds.entries()) {
      const other = owners.get(time);
      if (other !== undefined) {
        collisions.add(time);
        objection ??= collision(other, labels, key, time);
      }
      owners.set(time, labels);
      values.set(time, samples.values[index] as number);
    }
  }
  for (const time of collisions) values.delete(time);
  return { samples: sorted(values), collisions: [...collisions], objection };
}

function sorted(values: ReadonlyMap<number, number>): Samples {
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
