import type { Champion } from '../../models/champions.ts';
import type { ModelStore } from '../../models/model-store.ts';
import { UnknownMetricError } from '../errors.ts';

/** The stored models of one metric. */
export interface ModelVersions {
  readonly metric: string;
  /** Undefined while no model is in use. */
  readonly champion: Champion | undefined;
  /** All stored versions, newest first. */
  readonly versions: readonly string[];
}

/**
 * Lists the versions of a metric's models and the version in use.
 *
 * @param known names of the configured metrics.
 * @throws UnknownMetricError for a metric that is not configured and has no models.
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
 * Rolls a metric back to the version before its champion, or to a named one; the next tick uses it.
 *
 * @param version one that was in use before; undefined for the previous version.
 * @throws UnknownMetricError as `modelVersions` does.
 * @throws NoSuchModelVersionError when the version does not exist or was never in use.
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
