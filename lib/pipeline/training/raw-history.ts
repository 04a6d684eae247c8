import type { Configuration } from '../../config/schema.ts';
import { CircuitOpenError } from '../../connections/circuit-breaker.ts';
import type { HistoryDay } from '../../models/history-file.ts';
import { DAY_SECONDS, type HistoryOrigin, HistoryStore } from '../../models/history-store.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import { joinSamples } from '../../series/join-samples.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { queryAnswerable } from '../../sources/answerable-steps.ts';
import { SourceQueryError, SourceUnavailableError } from '../../sources/errors.ts';
import { refusedInWords } from '../../sources/refused-ranges.ts';
import { isFallback, type RangeResult, type SeriesSource } from '../../sources/series-source.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { FallbackHistoryError } from './errors.ts';
import { historyChunks } from './history-chunks.ts';

/** Points of one series per query. Prometheus allows 11,000, but a thousand series would give an answer of 250 MB. */
const POINTS_PER_QUERY = 2000;

/** The cache of whole days of history. */
export interface CachedHistory {
  readonly store: HistoryStore;
  /** Identifies the server and its settings that change answers, besides query and step. */
  readonly source: string;
  /** How long after its end a day may still get samples. */
  readonly settleSeconds: number;
  readonly logger: Logger;
}

/**
 * The cache of history days. Only Prometheus history is cached; files and manual input are local already.
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

/** The parameters of a history query. */
export interface RawHistoryRequest {
  readonly metric: string;
  readonly query: string;
  /** Names of the labels that the series keep; all labels when omitted. */
  readonly labels?: readonly string[] | undefined;
  /** Multiples of `bucketSeconds`; the end excluded. */
  readonly window: TimeWindow;
  /** Distance between the samples. */
  readonly stepSeconds: number;
  /** Bucket length of the later resampling: no bucket is split. */
  readonly bucketSeconds: number;
  /** Time of the training: a day that ends later is not whole. */
  readonly timeSeconds: number;
}

/**
 * Reads the raw history of a metric in pieces of whole buckets, oldest first. Cached days are not queried, and queried
 * whole days are cached as they arrive, so that an interrupted run continues there. The cache does not change the pieces.
 *
 * @param cache undefined to query everything.
 * A piece that the source refuses, or fails to return in several tries, is left out, and its notices say so.
 *
 * @throws FallbackHistoryError when the fallback simulation answers for the source.
 * @throws SourceQueryError, SourceUnavailableError as the source does, when it returns no piece, or more than a quarter
 *   of the pieces is missing since it was down.
 */
export async function* rawHistory(
  source: SeriesSource,
  request: RawHistoryRequest,
  cache: CachedHistory | undefined,
): AsyncGenerator<Pick<RangeResult, 'series' | 'warnings' | 'notices'>> {
  const losses = new Losses(request.window);
  const { window, stepSeconds, bucketSeconds } = request;
  const isCutByDays = DAY_SECONDS % stepSeconds === 0 && DAY_SECONDS % bucketSeconds === 0;
  if (cache === undefined || source.isSimulated || !isCutByDays) {
    for (const chunk of historyChunks(window, stepSeconds, bucketSeconds, POINTS_PER_QUERY))
      yield (await losses.query(source, request, chunk)).answer;
    losses.judge();
    return;
  }
  const origin: HistoryOrigin = {
    metric: request.metric,
    query: request.query,
    labels: request.labels,
    stepSeconds,
    source: cache.source,
  };
  let missing: TimeWindow | undefined;
  for (const part of daysOf(window)) {
    const day = await readDay(cache, origin, part);
    const isFull =
      missing !== undefined && (part.endSeconds - missing.startSeconds) / stepSeconds > POINTS_PER_QUERY;
    if (missing !== undefined && (day !== undefined || isFull)) {
      yield* queryAndCache(source, request, missing, origin, cache, losses);
      missing = undefined;
    }
    if (day === undefined)
      missing = { startSeconds: missing?.startSeconds ?? part.startSeconds, endSeconds: part.endSeconds };
    else {
      losses.found();
      yield { series: within(day.series, part), warnings: [] };
    }
  }
  if (missing !== undefined) yield* queryAndCache(source, request, missing, origin, cache, losses);
  losses.judge();
}

async function readDay(
  { store, logger }: CachedHistory,
  origin: HistoryOrigin,
  { startSeconds }: TimeWindow,
): Promise<HistoryDay | undefined> {
  const midnight = Math.floor(startSeconds / DAY_SECONDS) * DAY_SECONDS;
  // The source still has the day, so a failure of the cache must not fail the training.
  const day = await store.read(origin, midnight).catch(String);
  if (typeof day !== 'string') return day;
  const { metric } = origin;
  logger.warn('Could not read a cached day of history; querying it again', { metric, reason: day });
  return undefined;
}

/** Queries days that are not cached, as many per query as allowed; a day above the limit takes several queries. */
async function* queryAndCache(
  source: SeriesSource,
  request: RawHistoryRequest,
  missing: TimeWindow,
  origin: HistoryOrigin,
  { store, settleSeconds, logger }: CachedHistory,
  losses: Losses,
): AsyncGenerator<RangeResult> {
  const { stepSeconds, bucketSeconds, timeSeconds } = request;
  const answers: RangeResult[] = [];
  let knownUntilSeconds = timeSeconds - settleSeconds;
  let isWholeAnswer = true;
  for (const chunk of historyChunks(missing, stepSeconds, bucketSeconds, POINTS_PER_QUERY)) {
    const { answer, isLost } = await losses.query(source, request, chunk);
    isWholeAnswer &&= !isLost;
    answers.push(answer);
    knownUntilSeconds = Math.min(knownUntilSeconds, (answer.clockSeconds ?? Infinity) - settleSeconds);
    yield answer;
  }
  // Partial answers are not cached.
  if (!isWholeAnswer || answers.some(({ warnings }) => warnings.length > 0)) return;
  const series = joined(answers);
  for (const part of daysOf(missing)) {
    const isWhole = part.endSeconds - part.startSeconds === DAY_SECONDS;
    const found = within(series, part);
    // Days without samples are not cached, so that backfilled samples are found later.
    if (!isWhole || part.endSeconds > knownUntilSeconds || found.length === 0) continue;
    const steps = DAY_SECONDS / stepSeconds;
    const day = { startSeconds: part.startSeconds, stepSeconds, steps, series: found };
    await store.write(origin, day).catch((error: unknown) => {
      logger.warn('Could not cache a day of history; the next training queries it again', {
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
): Promise<{ readonly answer: RangeResult; readonly isLost: boolean }> {
  // What the source could give another time is not stored as if there were nothing.
  let isLost = false;
  const answer = await queryAnswerable(
    source,
    { query, labels, stepSeconds, ...steps },
    undefined,
    // What took too long may be short enough when it is halved, and a store that is away may have only a part.
    (error) => {
      isLost ||= error instanceof SourceUnavailableError;
      return isOfPiece(error);
    },
  );
  if (isFallback(answer, source)) throw new FallbackHistoryError(source.name, answer.warnings);
  const refused = (answer.refused ?? []).map(refusedInWords);
  return { answer: { ...answer, notices: [...(answer.notices ?? []), ...refused] }, isLost };
}

/** What a source may let go of for being away, as a share of the window: with less, another night is better. */
const MOST_LOST_SHARE = 0.25;

/** The pieces of a window that are left out since the source does not give them. */
class Losses {
  readonly #windowSeconds: number;
  #lostSeconds = 0;
  #hasFound = false;
  #first: unknown;

  constructor({ startSeconds, endSeconds }: TimeWindow) {
    this.#windowSeconds = endSeconds - startSeconds;
  }

  /** A piece is there. */
  found(): void {
    this.#hasFound = true;
  }

  /** @returns an empty answer whose notice says why, for a piece that the source does not give. */
  async query(
    source: SeriesSource,
    request: RawHistoryRequest,
    steps: TimeWindow,
  ): Promise<{ readonly answer: RangeResult; readonly isLost: boolean }> {
    try {
      const found = await query(source, request, steps);
      this.#hasFound = true;
      return found;
    } catch (error) {
      if (!isOfPiece(error)) throw error;
      this.#first ??= error;
      if (error instanceof SourceUnavailableError)
        this.#lostSeconds += steps.endSeconds - steps.startSeconds + request.stepSeconds;
      if (this.#lostSeconds > MOST_LOST_SHARE * this.#windowSeconds) throw error;
      const notice = refusedInWords({ ...steps, reason: error.message });
      return { answer: { series: [], warnings: [], notices: [notice] }, isLost: true };
    }
  }

  /** @throws the first refusal when nothing was found at all. */
  judge(): void {
    if (!this.#hasFound && this.#first !== undefined) throw this.#first;
  }
}

/** Whether an error may concern this piece alone. A server that is left alone gives no piece at all. */
function isOfPiece(error: unknown): error is Error {
  if (error instanceof SourceUnavailableError) return !(error.cause instanceof CircuitOpenError);
  return error instanceof SourceQueryError && error.isOfSteps;
}

/** Splits the window at UTC midnights. */
function daysOf({ startSeconds, endSeconds }: TimeWindow): TimeWindow[] {
  const days: TimeWindow[] = [];
  for (let start = startSeconds; start < endSeconds; ) {
    const end = Math.min(endSeconds, (Math.floor(start / DAY_SECONDS) + 1) * DAY_SECONDS);
    days.push({ startSeconds: start, endSeconds: end });
    start = end;
  }
  return days;
}

/** The samples within a window; series without any are left out. */
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
