import type { Champion } from '../../models/champions.ts';
import type { ModelStore } from '../../models/model-store.ts';
import { UnknownMetricError } from '../errors.ts';

/** The stored models of one metric. */
export interface ModelVersions {
  readonly metric: string;
  /** Undefined while no model is in use. */
  readonly champion: Champion | undefined;
  /** Every version that is stored, the newest first. */
  readonly versions: readonly string[];
}

/**
 * Which versions of a metric's models there are, and which is in use.
 *
 * @param known the metrics that the configuration names.
 * @throws UnknownMetricError for a metric that it does not name and that has no models either.
 */
export async function modelVersions(
  models: ModelStore,
  metric: string,
  known: readonly string[],
): Promise<ModelVersions> {
  const [{ champions }, versions] = await Promise.all([models.champions(), models.versions(metric)]);
  const champion = champions.get(metric);
  if (champion === undefined && versions.length === 0 && !known.includes(metric))
    throw new UnknownMetricError(metric, known);
  return { metric, champion, versions: versions.toReversed() };
}

/**
 * Puts a metric back to the version before its champion, or to a named one; the next ticks use it.
 *
 * @param version one that was in use before; undefined for the one before.
 * @throws UnknownMetricError as `modelVersions` does.
 * @throws NoSuchModelVersionError when there is no such version to go back to.
 */
export async function rollBackModel(
  models: ModelStore,
  metric: string,
  version: string | undefined,
  timeSeconds: number,
  known: readonly string[],
): Promise<Champion> {
  await modelVersions(models, metric, known);
  return models.rollback(metric, version, timeSeconds);
}
