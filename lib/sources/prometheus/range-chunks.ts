import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { RangeQuery, RangeResult } from '../series-source.ts';

/**
 * Splits a query by time into ones of at most so many steps each, oldest first; together they ask for every step of the
 * query exactly once.
 *
 * @param maximumPoints steps in one query; >= 1.
 */
export function rangeChunks(query: RangeQuery, maximumPoints: number): RangeQuery[] {
  const { startSeconds, endSeconds, stepSeconds } = query;
  const steps = Math.floor((endSeconds - startSeconds) / stepSeconds) + 1;
  if (steps <= maximumPoints) return [query];
  return Array.from({ length: Math.ceil(steps / maximumPoints) }, (_, chunk) => {
    const first = chunk * maximumPoints;
    const last = Math.min(first + maximumPoints, steps) - 1;
    return {
      ...query,
      startSeconds: startSeconds + first * stepSeconds,
      endSeconds: startSeconds + last * stepSeconds,
    };
  });
}

/** Joins the answers to a query's chunks, oldest first, series by series; a warning that repeats is reported once. */
export function joinChunks(results: readonly RangeResult[]): RangeResult {
  const [only] = results;
  const { isSimulated } = results.find((result) => result.isSimulated === true) ?? {};
  if (results.length === 1 && only !== undefined) return only;
  const parts = new Map<string, Series[]>();
  for (const series of results.flatMap((result) => result.series)) {
    const key = seriesKey(series.labels);
    const known = parts.get(key);
    if (known === undefined) parts.set(key, [series]);
    else known.push(series);
  }
  return {
    ...(isSimulated === undefined ? {} : { isSimulated }),
    series: [...parts.values()].map(joined),
    warnings: [...new Set(results.flatMap((result) => result.warnings))],
    notices: [...new Set(results.flatMap(({ notices = [] }) => notices))],
    refused: results.flatMap(({ refused = [] }) => refused),
    clockSeconds: Math.min(...results.map(({ clockSeconds = Infinity }) => clockSeconds)),
  };
}

function joined(parts: readonly Series[]): Series {
  const count = parts.reduce((sum, { samples }) => sum + samples.values.length, 0);
  const timesSeconds = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const { samples } of parts) {
    timesSeconds.set(samples.timesSeconds, at);
    values.set(samples.values, at);
    at += samples.values.length;
  }
  return { labels: parts[0]?.labels ?? {}, samples: { timesSeconds, values } };
}
