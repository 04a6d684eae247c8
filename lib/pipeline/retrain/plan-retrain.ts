import { TooManyMetricsError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import { planDocument, type RetrainPlan, requestDocument } from './retrain-documents.ts';

/** Step Functions passes at most 256 KB between steps; the rest of the plan fits in the remainder. */
const MOST_NAMES_BYTES = 250_000;

/**
 * The first step of a retraining: fixes its metrics and its end of history. Repeated, the plan stays the same.
 *
 * @param startedAtSeconds when the run was started, Unix seconds.
 * @param enabled the metrics to train when the request names none.
 * @throws TooManyMetricsError when their names exceed what can be passed on.
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
