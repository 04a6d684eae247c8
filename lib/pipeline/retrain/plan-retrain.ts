import { TooManyMetricsError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { planDocument, type RetrainPlan, requestDocument } from './retrain-documents.ts';

/** A workflow hands no more than 256 KB from one step to the next; the rest of the plan has room in what is left. */
const MOST_NAMES_BYTES = 250_000;

/**
 * The first step of a retraining: settles for which metrics and which moment it is. Planned again, it stays as it was.
 *
 * @param startedAtSeconds when the run was started, Unix seconds.
 * @param enabled the metrics that are trained when nobody asked for some.
 * @throws TooManyMetricsError when their names are more than can be handed on.
 */
export async function planRetrain(
  runs: RunStore,
  id: string,
  startedAtSeconds: number,
  enabled: readonly string[],
): Promise<RetrainPlan> {
  const metrics = (await runs.read(requestDocument, id))?.metrics ?? enabled;
  const bytes = Buffer.byteLength(JSON.stringify(metrics));
  if (bytes > MOST_NAMES_BYTES) throw new TooManyMetricsError(metrics.length, bytes, MOST_NAMES_BYTES);
  return runs.keepFirst(planDocument, id, {
    id,
    timeSeconds: Math.floor(startedAtSeconds),
    metrics: [...metrics],
  });
}
