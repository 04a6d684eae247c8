import * as z from 'zod/mini';
import { UnknownRunError } from '../errors.ts';
import type { RunDocument, RunStore } from '../runs/run-store.ts';

const ROOT = 'runs/retrain/';

/** The request; stored before the run starts, so that a repeated request is recognized. */
const retrainRequest = z.object({
  /** Names; undefined for all metrics that are enabled when the run is planned. */
  metrics: z.optional(z.array(z.string())),
});
export type RequestedRetrain = z.infer<typeof retrainRequest>;

/** The plan of a run, made by its first step. */
const retrainPlan = z.object({
  id: z.string(),
  /** End of the history, Unix seconds: the start of the run, not the wall clock of a later step. */
  timeSeconds: z.number(),
  metrics: z.array(z.string()),
});
export type RetrainPlan = z.infer<typeof retrainPlan>;

/** The outcome of one metric. */
const settled = z.object({
  stage: z.literal('settled'),
  /**
   * `kept`: nothing could be compared. `rejected`: the candidates were worse than the models in use, which stay.
   * `failed`: nothing changed.
   */
  status: z.enum(['promoted', 'kept', 'rejected', 'failed']),
  /** Why the metric failed, was kept or rejected. */
  reason: z.optional(z.string()),
  /** The version in use now, and the version before it. */
  version: z.optional(z.string()),
  replaced: z.optional(z.string()),
  /** Numbers by name, as in the training record. */
  figures: z.record(z.string(), z.number()),
  /** Why a few of the series have no new model. */
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type SettledMetric = z.infer<typeof settled>;

const fitting = z.object({ stage: z.literal('fitting') });

const fitted = z.object({
  stage: z.literal('fitted'),
  candidate: z.object({ version: z.string(), replaces: z.optional(z.string()) }),
  /** Number of series whose candidate was compared with a champion or is their first model. */
  judgedSeries: z.number(),
  figures: z.record(z.string(), z.number()),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
});

/** Progress of one metric. */
const metricProgress = z.discriminatedUnion('stage', [fitting, fitted, settled]);
export type MetricProgress = z.infer<typeof metricProgress>;

/** The end of a run, Unix seconds. */
const retrainReport = z.object({ endedAtSeconds: z.number() });

export const requestDocument: RunDocument<RequestedRetrain> = {
  keyOf: (id) => `${ROOT}${id}/request.json`,
  schema: retrainRequest,
};

export const planDocument: RunDocument<RetrainPlan> = {
  keyOf: (id) => `${ROOT}${id}/plan.json`,
  schema: retrainPlan,
};

export const reportDocument: RunDocument<z.infer<typeof retrainReport>> = {
  keyOf: (id) => `${ROOT}${id}/report.json`,
  schema: retrainReport,
};

export function progressDocument(metric: string): RunDocument<MetricProgress> {
  return {
    keyOf: (id) => `${ROOT}${id}/metrics/${encodeURIComponent(metric)}.json`,
    schema: metricProgress,
  };
}

/** @throws UnknownRunError when the run was never planned. */
export async function planOf(runs: RunStore, id: string): Promise<RetrainPlan> {
  const plan = await runs.read(planDocument, id);
  if (plan === undefined) throw new UnknownRunError(id);
  return plan;
}

/** Progress of each metric, in the given order; undefined when none is recorded. */
export function progressOf(
  runs: RunStore,
  id: string,
  metrics: readonly string[],
): Promise<(MetricProgress | undefined)[]> {
  return runs.readAll(metrics.map(progressDocument), id);
}

/**
 * Records the progress of a metric unless it is already as far: a step that timed out may still be running beside its
 * repetition, and write late.
 */
export async function noteProgress(
  runs: RunStore,
  id: string,
  metric: string,
  progress: MetricProgress,
): Promise<void> {
  await runs.change(progressDocument(metric), id, (known) =>
    known === undefined || rankOf(known) < rankOf(progress) ? progress : known,
  );
}

/** A success outranks a timeout reported by the waiting step. */
function rankOf(progress: MetricProgress): number {
  if (progress.stage === 'fitting') return 0;
  if (progress.stage === 'fitted') return 1;
  return progress.status === 'failed' ? 2 : 3;
}
