import { type FittedModel, fittedIn, type ModelSet, type TrainedSeries } from '../../models/model-set.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { WarmStates } from '../watch/warm-states.ts';
import { configurationHash } from './configuration-hash.ts';
import type { SeriesChampion } from './judge-candidate.ts';
import { type FeedbackReader, judgedIncidents, windowsLeftOut } from './left-out.ts';
import type { CachedHistory } from './raw-history.ts';
import { historyWindow, readHistory } from './read-history.ts';
import { SharedWork } from './shared-work.ts';
import { trainSeries } from './train-series.ts';
import type { TrainedMetric } from './trained-metric.ts';
import { warmNewSeries } from './warm-new-series.ts';

/** A stored version to promote. */
export interface Candidate {
  readonly version: string;
  /** The champion that it was compared with. */
  readonly replaces: string | undefined;
}

/** The result of fitting one metric: a candidate, or why there is none. */
export type FittedMetric = {
  readonly metric: string;
  readonly warnings: readonly string[];
  readonly series: readonly TrainedSeries[];
} & (
  | { readonly candidate: Candidate; readonly withoutCandidate?: undefined }
  | {
      readonly candidate?: undefined;
      /** `kept`: there is nothing to promote. */
      readonly withoutCandidate: { readonly status: 'kept' | 'failed'; readonly reason: string };
    }
);

/** What the training of a metric needs. */
export interface TrainingPorts {
  readonly source: SeriesSource;
  readonly models: ModelStore;
  /** Cached days of history; undefined to query all days. */
  readonly cachedHistory?: CachedHistory | undefined;
  /** Feedback on alerts; none when omitted. */
  readonly feedback?: FeedbackReader | undefined;
  /** Stores the states of new series for the tick; undefined to replay nothing. */
  readonly warmStates?: WarmStates | undefined;
  readonly logger: Logger;
  /** Called after each series with the number done and the total. */
  readonly onSeries?: ((metric: string, done: number, total: number) => void) | undefined;
  /** Called between two series, so that other work can run during a long training. */
  readonly yieldTurn: () => Promise<void>;
}

/** The parameters of one training. */
export interface Training {
  /** End of the history, Unix seconds; not the wall clock, so that a training can be repeated. */
  readonly timeSeconds: number;
  /** Versions of the fitting software, by package. */
  readonly libraries: Readonly<Record<string, string>>;
}

/**
 * Trains all series of one metric and stores them as a version that is not in use yet. The same history and champion
 * give the same version, so an interrupted fit can be repeated.
 *
 * @throws errors of the source or the store; an unused version may be stored, nothing else has changed.
 */
export async function fitMetric(
  ports: TrainingPorts,
  metric: TrainedMetric,
  training: Training,
): Promise<FittedMetric> {
  const { source, models, onSeries, yieldTurn } = ports;
  const { timeSeconds, libraries } = training;
  const { champions } = await models.champions();
  const pointer = champions.get(metric.name);
  const champion = pointer && (await models.loadChampion(metric.name, pointer))?.set;
  const window = historyWindow(metric, timeSeconds);
  const history = await readHistory(
    source,
    metric,
    timeSeconds,
    windowsLeftOut(metric, window),
    ports.cachedHistory,
  );
  const judged = await judgedIncidents(metric.name, ports.feedback);
  const warnings = [...history.warnings, ...judged.warnings];
  if (history.series.size === 0) {
    // Where the source refused the steps that have samples, its own words say what to fix.
    const reason = ['The query returned no series to learn from', ...history.warnings.slice(0, 1)].join('. ');
    return { metric: metric.name, withoutCandidate: { status: 'failed', reason }, warnings, series: [] };
  }
  const hash = configurationHash(metric);
  const inUse = championsByKey(champion, champion?.configurationHash !== hash);
  const shared = new SharedWork();
  const series: TrainedSeries[] = [];
  for (const [key, found] of history.series) {
    series.push(await trainSeries(found, inUse.get(key), metric, judged.of(key), shared));
    onSeries?.(metric.name, series.length, history.series.size);
    await yieldTurn();
  }
  series.push(...absentSeries(champion, history.series, window));
  if (!series.some(({ fitted }) => fitted !== undefined)) {
    const reason = 'No series has a model yet';
    return { metric: metric.name, withoutCandidate: { status: 'kept', reason }, warnings, series };
  }
  const set = {
    metric: metric.name,
    trainedAtSeconds: timeSeconds,
    configurationHash: hash,
    window,
    libraries,
    isSimulated: source.isSimulated,
    series,
  };
  const version = await models.save(set);
  warnings.push(...(await storeWarmStates(metric, { ...set, version }, champion, ports)));
  return { metric: metric.name, candidate: { version, replaces: pointer?.version }, warnings, series };
}

/** Replays the history of series that are trained for the first time. Failure here does not affect the training. */
async function storeWarmStates(
  metric: TrainedMetric,
  set: ModelSet,
  champion: ModelSet | undefined,
  { source, warmStates, cachedHistory, yieldTurn }: TrainingPorts,
): Promise<string[]> {
  if (warmStates === undefined) return [];
  const known = new Set(champion?.series.map(({ key }) => key));
  const keys = new Set(set.series.map(({ key }) => key).filter((key) => !known.has(key)));
  try {
    const warm = await warmNewSeries(metric, {
      source,
      cachedHistory,
      timeSeconds: set.trainedAtSeconds,
      set,
      keys,
      yieldTurn,
    });
    if (warm !== undefined) await warmStates.store(metric.name, warm);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`Could not replay the history of new series; the ticks replay it instead: ${reason}`];
  }
}

function championsByKey(
  champion: ModelSet | undefined,
  isOfOtherSettings: boolean,
): ReadonlyMap<string, SeriesChampion> {
  const found = new Map<string, SeriesChampion>();
  for (const { key, fitted } of champion?.series ?? []) {
    if (champion !== undefined && fitted !== undefined)
      found.set(key, { fitted: carried(champion, fitted), isOfOtherSettings });
  }
  return found;
}

/** Series missing from the history keep a model that was trained within it: they may return. */
function absentSeries(
  champion: ModelSet | undefined,
  found: ReadonlyMap<string, unknown>,
  { startSeconds }: TimeWindow,
): TrainedSeries[] {
  return (champion?.series ?? []).flatMap((series) => {
    const { key, fitted } = series;
    if (champion === undefined || fitted === undefined || found.has(key)) return [];
    if (fitted.trainedUntilSeconds < startSeconds) return [];
    const reasons = ['the history has no samples of this series'];
    return [{ ...series, decision: { outcome: 'kept', reasons }, fitted: carried(champion, fitted) }];
  });
}

function carried(champion: ModelSet, fitted: FittedModel): FittedModel & { readonly carriedFrom: string } {
  return { ...fitted, carriedFrom: fittedIn(champion, fitted) };
}
