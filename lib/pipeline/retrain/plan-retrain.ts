import type { RetrainPlan } from './retrain-run.ts';
import type { RetrainStore } from './retrain-store.ts';

/**
 * The first step of a retraining: settles for which metrics and which moment it is. Planned again, it stays as it was.
 *
 * @param startedAtSeconds when the run was started, Unix seconds.
 * @param enabled the metrics that are trained when nobody asked for some.
 */
export async function planRetrain(
  store: RetrainStore,
  id: string,
  startedAtSeconds: number,
  enabled: readonly string[],
): Promise<RetrainPlan> {
  const metrics = (await store.request(id))?.metrics ?? enabled;
  return store.keepPlan({ id, timeSeconds: Math.floor(startedAtSeconds), metrics: [...metrics] });
}
