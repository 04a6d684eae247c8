import { type FittedModel, fittedIn, type ModelSet, type TrainedSeries } from '../../models/model-set.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { WarmStates } from '../watch/warm-states.ts';
import { configurationHash } from './configuration-hash.ts';
import type { SeriesChampion } from './judge-candidate.ts';
import { type FeedbackReader, judgedIncidents, windowsLeftOut } from './left-out.ts';
import type { CachedHistory } from './raw-history.ts';
import { historyWindow, readHistory } from './read-history.ts';
import { SharedWork } from './shared-work.ts';
import { trainSeries } from './train-series.ts';
import type { TrainingMetric } from './training-metric.ts';
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

/** What one metric's training works with. */
export interface MetricTrainingContext {
  readonly source: SeriesSource;
  readonly models: ModelStore;
  /** The moment that the training is for, Unix seconds. */
  readonly timeSeconds: number;
  readonly libraries: Readonly<Record<string, string>>;
  /** Days of history that were asked for before; undefined to ask for all. */
  readonly kept?: CachedHistory | undefined;
  /** What people said of the metric's alerts; nothing when left out. */
  readonly feedback?: FeedbackReader | undefined;
  /** Where states of new series are left for the tick; undefined to replay nothing. */
  readonly warmStates?: WarmStates | undefined;
  readonly onSeries: (done: number, total: number) => void;
  /** Called between two series, so that a long training lets other work go on. */
  readonly yieldTurn: () => Promise<void>;
}

/**
 * Trains all series of one metric and stores them as a version, which is not in use yet. The same history and champion
 * give the same version, so a fit that was ended half way may be repeated.
 *
 * @throws whatever the source or the store throws; then nothing has changed but that a version may be stored that
 * nobody uses.
 */
export async function fitMetric(
  metric: TrainingMetric,
  context: MetricTrainingContext,
): Promise<FittedMetric> {
  const { source, models, timeSeconds, libraries, onSeries, yieldTurn } = context;
  const { champions } = await models.champions();
  const pointer = champions.get(metric.name);
  const champion = pointer && (await models.loadChampion(metric.name, pointer))?.set;
  const window = historyWindow(metric, timeSeconds);
  const history = await readHistory(
    source,
    metric,
    timeSeconds,
    windowsLeftOut(metric, window),
    context.kept,
  );
  const judged = await judgedIncidents(metric.name, context.feedback);
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
    onSeries(series.length, history.series.size);
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
  warnings.push(...(await leaveWarmStates(metric, { ...set, version }, champion, context)));
  return { metric: metric.name, candidate: { version, replaces: pointer?.version }, warnings, series };
}

/** Replays the history of series that are trained for the first time; a training is none the worse where that fails. */
async function leaveWarmStates(
  metric: TrainingMetric,
  set: ModelSet,
  champion: ModelSet | undefined,
  context: MetricTrainingContext,
): Promise<string[]> {
  const { warmStates, kept } = context;
  if (warmStates === undefined) return [];
  const known = new Set(champion?.series.map(({ key }) => key));
  const keys = new Set(set.series.map(({ key }) => key).filter((key) => !known.has(key)));
  try {
    const warm = await warmNewSeries(metric, { ...context, kept, set, keys });
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
