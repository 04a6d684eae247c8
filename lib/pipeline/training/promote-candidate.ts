import { ChampionChangedError } from '../../models/errors.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { Candidate } from './fit-metric.ts';

/** What became of a candidate; `reason` is for a person. */
export type Promotion =
  | { readonly isInUse: true; readonly version: string }
  | { readonly isInUse: false; readonly reason: string };

/**
 * Puts a candidate in use by compare-and-swap, and removes versions that nobody can need any more. One that is in use
 * already stays, so that a promotion may be repeated.
 *
 * @param keepVersions how many versions of the metric stay, the new one included.
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
