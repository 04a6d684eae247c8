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

/** A stored version that shall be put in use. */
export interface Candidate {
  readonly version: string;
  /** The champion that it was held against. */
  readonly replaces: string | undefined;
}

/** What a fit of one metric gave: a candidate, or why there is none. */
export type FittedMetric = {
  readonly metric: string;
  readonly warnings: readonly string[];
  readonly series: readonly TrainedSeries[];
} & (
  | { readonly candidate: Candidate; readonly withoutCandidate?: undefined }
  | {
      readonly candidate?: undefined;
      /** `kept`: there is nothing that could be put in use. */
      readonly withoutCandidate: { readonly status: 'kept' | 'failed'; readonly reason: string };
    }
);

/** What the training of a metric works with. */
export interface TrainingPorts {
  readonly source: SeriesSource;
  readonly models: ModelStore;
  /** Days of history that were queried before; undefined to query all of them. */
  readonly kept?: CachedHistory | undefined;
  /** What people said of alerts; nothing when left out. */
  readonly feedback?: FeedbackReader | undefined;
  /** Where states of new series are left for the tick; undefined to replay nothing. */
  readonly warmStates?: WarmStates | undefined;
  readonly logger: Logger;
  /** Called after each series with how many are done, and of how many; nobody when left out. */
  readonly onSeries?: ((metric: string, done: number, total: number) => void) | undefined;
  /** Called between two series, so that a long training lets other work go on. */
  readonly yieldTurn: () => Promise<void>;
}

/** Which training it is. */
export interface Training {
  /** The end of the history, Unix seconds: never the wall clock, so that a training may be repeated. */
  readonly timeSeconds: number;
  /** Versions of what fits, by package. */
  readonly libraries: Readonly<Record<string, string>>;
}

/**
 * Trains all series of one metric and stores them as a version, which is not in use yet. The same history and champion
 * give the same version, so a fit that was ended half way may be repeated.
 *
 * @throws whatever the source or the store throws; then nothing has changed but that a version may be stored that
 * nobody uses.
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
  const history = await readHistory(source, metric, timeSeconds, windowsLeftOut(metric, window), ports.kept);
  const judged = await judgedIncidents(metric.name, ports.feedback);
  const warnings = [...history.warnings, ...judged.warnings];
  if (history.series.size === 0) {
    const reason = 'The query returned no series: nothing can be learnt';
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
  warnings.push(...(await leaveWarmStates(metric, { ...set, version }, champion, ports)));
  return { metric: metric.name, candidate: { version, replaces: pointer?.version }, warnings, series };
}

/** Replays the history of series that are trained for the first time; a failure here does not affect the training. */
async function leaveWarmStates(
  metric: TrainedMetric,
  set: ModelSet,
  champion: ModelSet | undefined,
  { source, warmStates, kept, yieldTurn }: TrainingPorts,
): Promise<string[]> {
  if (warmStates === undefined) return [];
  const known = new Set(champion?.series.map(({ key }) => key));
  const keys = new Set(set.series.map(({ key }) => key).filter((key) => !known.has(key)));
  try {
    const warm = await warmNewSeries(metric, {
      source,
      kept,
      timeSeconds: set.trainedAtSeconds,
      set,
      keys,
      yieldTurn,
    });
    if (warm !== undefined) await warmStates.leave(metric.name, warm);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [`New series could not be replayed for the ticks, which do it themselves: ${reason}`];
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

/** Series that the history lacks keep their model for as long as it reaches into that history: they may come back. */
function absentSeries(
  champion: ModelSet | undefined,
  found: ReadonlyMap<string, unknown>,
  { startSeconds }: TimeWindow,
): TrainedSeries[] {
  return (champion?.series ?? []).flatMap((series) => {
    const { key, fitted } = series;
    if (champion === undefined || fitted === undefined || found.has(key)) return [];
    if (fitted.trainedUntilSeconds < startSeconds) return [];
    const reasons = ['the history holds no sample of this series'];
    return [{ ...series, decision: { outcome: 'kept', reasons }, fitted: carried(champion, fitted) }];
  });
}

function carried(champion: ModelSet, fitted: FittedModel): FittedModel & { readonly carriedFrom: string } {
  return { ...fitted, carriedFrom: fittedIn(champion, fitted) };
}
