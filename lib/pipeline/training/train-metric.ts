import { ChampionChangedError } from '../../models/errors.ts';
import { type FittedModel, fittedIn, type ModelSet, type TrainedSeries } from '../../models/model-set.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { TimeWindow } from '../../series/exclusion.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { configurationHash } from './configuration-hash.ts';
import { historyWindow, readHistory } from './read-history.ts';
import { type SeriesChampion, trainSeries } from './train-series.ts';
import type { TrainingMetric } from './training-metric.ts';

/** What became of one metric in a training run. */
export interface MetricTraining {
  readonly metric: string;
  /** `kept`: no series has a new model. `failed`: nothing was changed. */
  readonly status: 'promoted' | 'kept' | 'failed';
  /** For a person: why it failed or was kept. */
  readonly reason?: string;
  /** What is in use now. */
  readonly version?: string;
  readonly warnings: readonly string[];
  readonly series: readonly TrainedSeries[];
}

/** What one metric's training works with. */
export interface MetricTrainingContext {
  readonly source: SeriesSource;
  readonly models: ModelStore;
  /** The moment that the training is for, Unix seconds. */
  readonly timeSeconds: number;
  readonly libraries: Readonly<Record<string, string>>;
  readonly onSeries: (done: number, total: number) => void;
  /** Called between two series, so that a long training lets other work go on. */
  readonly breathe: () => Promise<void>;
}

/**
 * Trains all series of one metric, stores them as a version, and puts it in use. The same history and champion give the
 * same version, so a run that was ended half way may be repeated.
 *
 * @throws whatever the source or the store throws; then nothing has changed but that a version may be stored that
 * nobody uses.
 */
export async function trainMetric(
  metric: TrainingMetric,
  { source, models, timeSeconds, libraries, onSeries, breathe }: MetricTrainingContext,
): Promise<MetricTraining> {
  const { champions } = await models.champions();
  const pointer = champions.get(metric.name);
  const champion = pointer && (await models.loadChampion(metric.name, pointer))?.set;
  const window = historyWindow(metric, timeSeconds);
  const history = await readHistory(source, metric, window);
  const warnings = history.warnings;
  if (history.series.size === 0) {
    const reason = 'The query returned no series: nothing can be learnt';
    return { metric: metric.name, status: 'failed', reason, warnings, series: [] };
  }
  const hash = configurationHash(metric);
  const inUse = championsByKey(champion, champion?.configurationHash !== hash);
  const series: TrainedSeries[] = [];
  for (const [key, found] of history.series) {
    series.push(await trainSeries(found, inUse.get(key), metric.settings));
    onSeries(series.length, history.series.size);
    await breathe();
  }
  series.push(...absentSeries(champion, history.series, window));
  if (!series.some(({ fitted }) => fitted !== undefined)) {
    return { metric: metric.name, status: 'kept', reason: 'No series has a model yet', warnings, series };
  }
  const version = await models.save({
    metric: metric.name,
    trainedAtSeconds: timeSeconds,
    configurationHash: hash,
    window,
    libraries,
    isSimulated: source.isSimulated,
    series,
  });
  return promote(version);

  async function promote(candidate: string): Promise<MetricTraining> {
    const { keepVersions } = metric.settings;
    const outcome = { metric: metric.name, warnings, series };
    try {
      await models.promote(metric.name, candidate, pointer?.version, timeSeconds, keepVersions);
    } catch (error) {
      if (!(error instanceof ChampionChangedError)) throw error;
      return { ...outcome, status: 'kept', reason: error.message };
    }
    await models.prune(metric.name, keepVersions);
    const isNew = series.some(({ decision }) => decision.outcome === 'promoted');
    return { ...outcome, status: isNew ? 'promoted' : 'kept', version: candidate };
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
