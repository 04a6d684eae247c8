import type { Configuration } from '../../config/schema.ts';
import type { HistoryDay } from '../../models/history-file.ts';
import { DAY_SECONDS, type HistoryOrigin, HistoryStore } from '../../models/history-store.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import { joinSamples } from '../../series/join-samples.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { FallbackHistoryError } from './errors.ts';
import { historyChunks } from './history-chunks.ts';

/** Points of one series in one query: 11,000 are allowed, but a thousand series of them would be one answer of 250 MB. */
const POINTS_PER_QUERY = 2000;

/** Whole days that were asked for before. */
export interface CachedHistory {
  readonly store: HistoryStore;
  /** The server, and all else besides query and step that changes its answers. */
  readonly source: string;
  /** So long after its end a day may still get samples. */
  readonly settleSeconds: number;
  readonly logger: Logger;
}

/**
 * Where days of history are cached, if at all: only Prometheus history is cached, since files and manual input are local
 * already.
 */
export function historyCache(
  { source, schedule }: Pick<Configuration, 'source' | 'schedule'>,
  objects: ObjectStore,
  logger: Logger,
): CachedHistory | undefined {
  if (source.kind !== 'prometheus') return undefined;
  const { url, headers, staleAfterSeconds } = source;
  return {
    store: new HistoryStore(objects),
    source: JSON.stringify([url, headers, staleAfterSeconds]),
    settleSeconds: schedule.evaluationDelaySeconds,
    logger,
  };
}

/** What is read, and how. */
export interface RawHistoryRequest {
  readonly metric: string;
  readonly query: string;
  /** Names of the labels that the series keep; all of them when left out. */
  readonly labels?: readonly string[] | undefined;
  /** Multiples of `bucketSeconds`; the end excluded. */
  readonly window: TimeWindow;
  /** Distance of the samples that are asked for. */
  readonly stepSeconds: number;
  /** Of the later resampling: no bucket is cut in two. */
  readonly bucketSeconds: number;
  /** The moment that the training is for: no day is whole that ends later. */
  readonly timeSeconds: number;
}

/**
 * The raw history of a metric in pieces, the oldest first; each holds whole buckets. Days that are kept are not asked for, and
 * whole days that were asked for are kept as they come, so that a run that was ended half way goes on from there. The
 * pieces are the same with and without.
 *
 * @param kept undefined to ask for everything.
 * @throws StandInHistoryError when a simulation answers for the source.
 * @throws SourceQueryError, SourceUnavailableError as the source does.
 */
export async function* rawHistory(
  source: SeriesSource,
  request: RawHistoryRequest,
  kept: CachedHistory | undefined,
): AsyncGenerator<Pick<RangeResult, 'series' | 'warnings'>> {
  const { window, stepSeconds, bucketSeconds } = request;
  const isCutByDays = DAY_SECONDS % stepSeconds === 0 && DAY_SECONDS % bucketSeconds === 0;
  if (kept === undefined || source.isSimulated || !isCutByDays) {
    for (const chunk of historyChunks(window, stepSeconds, bucketSeconds, POINTS_PER_QUERY))
      yield await query(source, request, chunk);
    return;
  }
  const origin: HistoryOrigin = {
    metric: request.metric,
    query: request.query,
    labels: request.labels,
    stepSeconds,
    source: kept.source,
  };
  let missing: TimeWindow | undefined;
  for (const part of daysOf(window)) {
    const day = await readDay(kept, origin, part);
    const isFull =
      missing !== undefined && (part.endSeconds - missing.startSeconds) / stepSeconds > POINTS_PER_QUERY;
    if (missing !== undefined && (day !== undefined || isFull)) {
      yield* queryAndCache(source, request, missing, origin, kept);
      missing = undefined;
    }
    if (day === undefined)
      missing = { startSeconds: missing?.startSeconds ?? part.startSeconds, endSeconds: part.endSeconds };
    else yield { series: within(day.series, part), warnings: [] };
  }
  if (missing !== undefined) yield* queryAndCache(source, request, missing, origin, kept);
}

async function readDay(
  { store, logger }: CachedHistory,
  origin: HistoryOrigin,
  { startSeconds }: TimeWindow,
): Promise<HistoryDay | undefined> {
  const midnight = Math.floor(startSeconds / DAY_SECONDS) * DAY_SECONDS;
  // The source has it all still: no fault of the store may end a training.
  const day = await store.read(origin, midnight).catch(String);
  if (typeof day !== 'string') return day;
  const { metric } = origin;
  logger.warn('A stored day of history can not be read; it is asked for anew', { metric, reason: day });
  return undefined;
}

/** Days that are not kept, at once as far as one query may hold them. A day that one can't hold is asked for in several. */
async function* queryAndCache(
  source: SeriesSource,
  request: RawHistoryRequest,
  missing: TimeWindow,
  origin: HistoryOrigin,
  { store, settleSeconds, logger }: CachedHistory,
): AsyncGenerator<RangeResult> {
  const { stepSeconds, bucketSeconds, timeSeconds } = request;
  const answers: RangeResult[] = [];
  let knownUntilSeconds = timeSeconds - settleSeconds;
  for (const chunk of historyChunks(missing, stepSeconds, bucketSeconds, POINTS_PER_QUERY)) {
    const answer = await query(source, request, chunk);
    answers.push(answer);
    knownUntilSeconds = Math.min(knownUntilSeconds, (answer.clockSeconds ?? Infinity) - settleSeconds);
    yield answer;
  }
  // What may be partial is asked for again.
  if (answers.some(({ warnings }) => warnings.length > 0)) return;
  const series = joined(answers);
  for (const part of daysOf(missing)) {
    const isWhole = part.endSeconds - part.startSeconds === DAY_SECONDS;
    const found = within(series, part);
    // Before a metric began there is nothing to keep, and what is filled in later is found.
    if (!isWhole || part.endSeconds > knownUntilSeconds || found.length === 0) continue;
    const steps = DAY_SECONDS / stepSeconds;
    const day = { startSeconds: part.startSeconds, stepSeconds, steps, series: found };
    await store.write(origin, day).catch((error: unknown) => {
      logger.warn('A day of history can not be kept; the next training asks for it again', {
        metric: origin.metric,
        error,
      });
    });
  }
}

async function query(
  source: SeriesSource,
  { query, labels, stepSeconds }: RawHistoryRequest,
  steps: TimeWindow,
): Promise<RangeResult> {
  const answer = await source.queryRange({ query, labels, stepSeconds, ...steps });
  if (isFallback(answer, source)) throw new FallbackHistoryError(source.name, answer.warnings);
  return answer;
}

/** The window's parts by day of UTC. */
function daysOf({ startSeconds, endSeconds }: TimeWindow): TimeWindow[] {
  const days: TimeWindow[] = [];
  for (let start = startSeconds; start < endSeconds; ) {
    const end = Math.min(endSeconds, (Math.floor(start / DAY_SECONDS) + 1) * DAY_SECONDS);
    days.push({ startSeconds: start, endSeconds: end });
    start = end;
  }
  return days;
}

/** The series with samples in a window, and those samples alone. */
function within(series: readonly Series[], { startSeconds, endSeconds }: TimeWindow): Series[] {
  return series.flatMap(({ labels, samples: { timesSeconds, values } }) => {
    const from = firstFrom(timesSeconds, startSeconds);
    const to = firstFrom(timesSeconds, endSeconds);
    if (from === to) return [];
    return [
      { labels, samples: { timesSeconds: timesSeconds.slice(from, to), values: values.slice(from, to) } },
    ];
  });
}

function firstFrom(timesSeconds: Float64Array, seconds: number): number {
  const index = timesSeconds.findIndex((time) => time >= seconds);
  return index < 0 ? timesSeconds.length : index;
}

function joined(answers: readonly RangeResult[]): readonly Series[] {
  const [only, ...others] = answers;
  if (only !== undefined && others.length === 0) return only.series;
  const pieces = new Map<string, { readonly labels: Labels; readonly samples: Samples[] }>();
  for (const { labels, samples } of answers.flatMap(({ series }) => series)) {
    const key = seriesKey(labels);
    const known = pieces.get(key);
    if (known === undefined) pieces.set(key, { labels, samples: [samples] });
    else known.samples.push(samples);
  }
  return [...pieces.values()].map(({ labels, samples }) => ({ labels, samples: joinSamples(samples) }));
}
