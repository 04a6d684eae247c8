import type { RecordedIncident } from '../../results/alert-history.ts';
import type { VerdictHistory } from '../../results/verdict-history.ts';
import { seriesKey } from '../../series/labels.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';

/** One exported row: columns by name. Undefined is an empty field. */
export type ExportRow = Readonly<Record<string, string | number | boolean | Date | undefined>>;

/** A column and its type, as Parquet names it. */
export interface ExportColumn {
  readonly name: string;
  readonly type: 'TIMESTAMP' | 'STRING' | 'DOUBLE' | 'BOOLEAN';
}

/** What can be exported. */
export const exportKinds = ['samples', 'verdicts', 'alerts'] as const;
export type ExportKind = (typeof exportKinds)[number];

const COMMON: readonly ExportColumn[] = [
  { name: 'time', type: 'TIMESTAMP' },
  { name: 'metric', type: 'STRING' },
  { name: 'series', type: 'STRING' },
];
const numbers = (...names: readonly string[]): ExportColumn[] =>
  names.map((name) => ({ name, type: 'DOUBLE' }));

/** The columns of each kind, in order. `series` is the label set as PromQL writes it. */
export const exportColumns: Readonly<Record<ExportKind, readonly ExportColumn[]>> = {
  samples: [...COMMON, ...numbers('value')],
  verdicts: [
    ...COMMON,
    { name: 'kind', type: 'STRING' },
    { name: 'anomalous', type: 'BOOLEAN' },
    ...numbers('value', 'expected', 'lower', 'upper', 'score', 'confidence'),
    { name: 'simulated', type: 'BOOLEAN' },
  ],
  alerts: [
    ...COMMON,
    { name: 'end', type: 'TIMESTAMP' },
    { name: 'incident', type: 'STRING' },
    { name: 'explanation', type: 'STRING' },
    { name: 'simulated', type: 'BOOLEAN' },
  ],
};

/** A span of time; the end is not included. Unix seconds. */
export interface ExportWindow {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * The samples of a metric in a window, from its source.
 *
 * @param only the series to export, as {@link seriesKey}; all when undefined.
 * @throws SourceQueryError, SourceUnavailableError when the source can't answer.
 */
export async function* sampleRows(
  source: SeriesSource,
  metric: WatchedMetric,
  { startSeconds, endSeconds }: ExportWindow,
  only: string | undefined,
): AsyncGenerator<ExportRow> {
  const { name, query, labels, maximumSeries } = metric;
  const { stepSeconds } = metric.monitor;
  const first = Math.ceil(startSeconds / stepSeconds) * stepSeconds;
  const last = Math.ceil(endSeconds / stepSeconds) * stepSeconds - stepSeconds;
  if (last < first) return;
  const steps = { startSeconds: first, endSeconds: last, stepSeconds };
  const { series } = await source.queryRange({ query, ...steps, labels, maximumSeries });
  for (const { labels: own, samples } of series) {
    const key = seriesKey(own);
    if (only !== undefined && key !== only) continue;
    for (const [index, seconds] of samples.timesSeconds.entries())
      yield { time: instant(seconds), metric: name, series: key, value: samples.values[index] };
  }
}

/**
 * The stored verdicts of a metric in a window.
 *
 * @param only the series to export, as {@link seriesKey}; all when undefined.
 * @throws ResultsUnavailableError when the store can't be read.
 */
export async function* verdictRows(
  history: VerdictHistory,
  metric: string,
  window: ExportWindow,
  only: string | undefined,
): AsyncGenerator<ExportRow> {
  for await (const verdict of history.verdicts({ metric, ...window })) {
    const { timeSeconds, labels, isSimulated: simulated, ...judged } = verdict;
    const series = seriesKey(labels);
    if (only === undefined || series === only)
      yield { time: instant(timeSeconds), series, simulated, ...judged };
  }
}

/** The incidents whose onset lies in a window; the end of an open one is empty. */
export function alertRows(
  incidents: readonly RecordedIncident[],
  { startSeconds, endSeconds }: ExportWindow,
  metric: string | undefined,
  only: string | undefined,
): ExportRow[] {
  return incidents
    .filter(({ onsetSeconds }) => onsetSeconds >= startSeconds && onsetSeconds < endSeconds)
    .map(
      ({ onsetSeconds, endSeconds: lastSeconds, isOver, incidentId, isSimulated, labels, ...incident }) => ({
        time: instant(onsetSeconds),
        metric: incident.metric,
        series: seriesKey(labels),
        end: isOver ? instant(lastSeconds) : undefined,
        incident: incidentId,
        explanation: incident.explanation,
        simulated: isSimulated,
      }),
    )
    .filter(
      (row) => (metric === undefined || row.metric === metric) && (only === undefined || row.series === only),
    );
}

/**
 * A span of time in parts, so that no more than one part is read at a time.
 *
 * @param partSeconds length of a part; parts begin at its multiples.
 */
export function windowsOf({ startSeconds, endSeconds }: ExportWindow, partSeconds: number): ExportWindow[] {
  const windows: ExportWindow[] = [];
  for (let start = startSeconds; start < endSeconds; ) {
    const end = Math.min(endSeconds, (Math.floor(start / partSeconds) + 1) * partSeconds);
    windows.push({ startSeconds: start, endSeconds: end });
    start = end;
  }
  return windows;
}

function instant(seconds: number): Date {
  return new Date(seconds * 1000);
}
