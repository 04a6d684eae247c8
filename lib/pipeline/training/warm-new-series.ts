import { startSeries } from '../../detector/monitor-series.ts';
import { type FittedModel, fittedIn, type ModelSet } from '../../models/model-set.ts';
import { SharedTimes } from '../../prophet/shared-times.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Baselines } from '../watch/baselines.ts';
import { type Outcome, scoreSeries, stretchOf } from '../watch/score-series.ts';
import { seriesBaseline } from '../watch/series-baseline.ts';
import type { MetricMemory, SeriesMemory } from '../watch/shard-state.ts';
import { stepsBetween, valuesAt } from '../watch/steps.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { type CachedHistory, rawHistory } from './raw-history.ts';
import { historyWindow, sampleStepSeconds } from './read-history.ts';
import type { TrainedMetric } from './trained-metric.ts';

/**
 * The states end this long before the training, so that a tick that has just discovered the series has not scored further
 * by itself.
 */
const HAND_OVER_SECONDS = 3600;
/**
 * 2,500 series of 14 days at one minute take about four of the function's fifteen minutes. The ticks replay larger
 * histories piece by piece.
 */
const MOST_POINTS = 50_000_000;

/** The parameters of a replay of new series. */
export interface NewSeriesReplay {
  readonly source: SeriesSource;
  readonly cachedHistory: CachedHistory | undefined;
  /** Time of the training, Unix seconds. */
  readonly timeSeconds: number;
  /** The models that the replay uses. */
  readonly set: ModelSet;
  /** Keys of the series that are trained for the first time. */
  readonly keys: ReadonlySet<string>;
  readonly yieldTurn: () => Promise<void>;
}

/**
 * Replays the history of new series through the code of the tick with their new models, in the pieces that were read for
 * the fit.
 *
 * @returns the states up to `watermarkSeconds`; undefined when the tick replays nothing, when the steps differ, or when
 * the history is too large.
 */
export async function warmNewSeries(
  metric: TrainedMetric,
  { source, cachedHistory, timeSeconds, set, keys, yieldTurn }: NewSeriesReplay,
): Promise<MetricMemory | undefined> {
  const { settings, monitor } = metric;
  const { stepSeconds } = monitor;
  const window = replayWindow(metric, timeSeconds);
  if (window === undefined || keys.size === 0) return undefined;
  const steps = (window.endSeconds - window.startSeconds) / stepSeconds;
  if (sampleStepSeconds(metric) !== stepSeconds || steps * keys.size > MOST_POINTS) return undefined;
  const baselines = baselinesOf(set);
  const series = new Map<string, SeriesMemory>();
  const outcome: Outcome = { records: [], alerts: [] };
  const request = {
    metric: metric.name,
    query: metric.query,
    labels: metric.labels,
    window,
    timeSeconds,
    stepSeconds,
    bucketSeconds: settings.stepSeconds,
  };
  // Bands are not read here, and the tick computes its first bands without earlier ones.
  const quiet = { ...metric, monitor: { ...monitor, skipBand: true } };
  let previousSeconds = Number.NEGATIVE_INFINITY;
  for await (const piece of rawHistory(source, request, cachedHistory)) {
    const found = piece.series.filter(({ labels }) => keys.has(seriesKey(labels)));
    const times = gridOf(found, stepSeconds);
    const stretch = stretchOf(quiet, times, previousSeconds, baselines, source.isSimulated);
    previousSeconds = times.at(-1) ?? previousSeconds;
    for (const one of found) {
      const key = seriesKey(one.labels);
      const memory = series.get(key) ?? startMemory(one, quiet, window);
      series.set(key, memory);
      scoreSeries(stretch, key, memory, valuesAt(times, one), outcome, Number.POSITIVE_INFINITY);
    }
    await yieldTurn();
  }
  if (series.size === 0) return undefined;
  return {
    detector: monitor.detector.name,
    stepSeconds,
    watermarkSeconds: window.endSeconds - stepSeconds,
    series: new Map([...series].sort(([one], [other]) => (one < other ? -1 : 1))),
    movingFrom: undefined,
    openIncidents: new Map(),
  };
}

/** The window that the tick would replay, limited to the training's history, in whole buckets; the end excluded. */
function replayWindow(metric: TrainedMetric, timeSeconds: number): TimeWindow | undefined {
  const { warmUpSeconds = 0, settings } = metric;
  const bucketSeconds = settings.stepSeconds;
  const endSeconds = Math.floor((timeSeconds - HAND_OVER_SECONDS) / bucketSeconds) * bucketSeconds;
  const spanSeconds = Math.floor(warmUpSeconds / bucketSeconds) * bucketSeconds;
  const startSeconds = Math.max(historyWindow(metric, timeSeconds).startSeconds, endSeconds - spanSeconds);
  return startSeconds < endSeconds ? { startSeconds, endSeconds } : undefined;
}

/** The models of a set as the tick would use them. */
function baselinesOf(set: ModelSet): Baselines {
  const shared = new SharedTimes();
  const models = new Map<string, FittedModel>();
  for (const { key, fitted } of set.series) if (fitted !== undefined) models.set(key, fitted);
  return {
    refresh: async () => {},
    at: (_, timesSeconds) => ({
      of: (key) => {
        const fitted = models.get(key);
        if (fitted === undefined) return undefined;
        return seriesBaseline(fitted, fittedIn(set, fitted), shared.of(timesSeconds), false);
      },
    }),
  };
}

/** The steps from the first sample of any series to the last. */
function gridOf(series: readonly Series[], stepSeconds: number): Float64Array {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { samples } of series) {
    first = Math.min(first, samples.timesSeconds[0] ?? first);
    last = Math.max(last, samples.timesSeconds.at(-1) ?? last);
  }
  return first > last ? new Float64Array(0) : stepsBetween(first, last, stepSeconds);
}

function startMemory(
  { labels }: Series,
  { monitor }: WatchedMetric,
  { startSeconds, endSeconds }: TimeWindow,
): SeriesMemory {
  return {
    labels,
    state: startSeries(monitor),
    lastSeenSeconds: 0,
    samplesInBlock: 0,
    warmUp: { replayedSeconds: startSeconds, liveSinceSeconds: endSeconds },
  };
}
