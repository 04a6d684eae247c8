import { ChampionChangedError } from '../../models/errors.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { Candidate } from './fit-metric.ts';

/** The outcome of a promotion, with a readable reason. */
export type Promotion =
  | { readonly isInUse: true; readonly version: string }
  | { readonly isInUse: false; readonly reason: string };

/**
 * Promotes a candidate by compare-and-swap and removes old versions. A candidate that is in use already stays, so that a
 * promotion can be repeated.
 *
 * @param keepVersions how many versions of the metric stay, including the new one.
 */
export async function promoteCandidate(
  models: ModelStore,
  metric: string,
  { version, replaces }: Candidate,
  timeSeconds: number,
  keepVersions: number,
): Promise<Promotion> {
  try {
    await models.promote(metric, version, replaces, timeSeconds, keepVersions);
  } catch (error) {
    if (!(error instanceof ChampionChangedError)) throw error;
    return { isInUse: false, reason: error.message };
  }
  await models.prune(metric, keepVersions);
  return { isInUse: true, version };
}
