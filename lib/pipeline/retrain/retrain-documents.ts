import * as z from 'zod/mini';
import { UnknownRunError } from '../errors.ts';
import type { RunDocument, RunStore } from '../runs/run-store.ts';

const ROOT = 'runs/retrain/';

/** What was requested; stored before anything is started, so that a repeated request can be told from another. */
const retrainRequest = z.object({
  /** Names; undefined for all that are enabled when the run is planned. */
  metrics: z.optional(z.array(z.string())),
});
export type RequestedRetrain = z.infer<typeof retrainRequest>;

/** What a run does, decided by its first step. */
const retrainPlan = z.object({
  id: z.string(),
  /** The end of the history, Unix seconds: when the run was started, never the wall clock of a later step. */
  timeSeconds: z.number(),
  metrics: z.array(z.string()),
});
export type RetrainPlan = z.infer<typeof retrainPlan>;

/** The outcome of one metric. */
const settled = z.object({
  stage: z.literal('settled'),
  /**
   * `kept`: nothing could be compared. `rejected`: candidates were worse than the models in use, which stay. `failed`:
   * nothing was changed.
   */
  status: z.enum(['promoted', 'kept', 'rejected', 'failed']),
  /** For a person: why it failed, was kept or rejected. */
  reason: z.optional(z.string()),
  /** What is in use now, and what was before. */
  version: z.optional(z.string()),
  replaced: z.optional(z.string()),
  /** Numbers by name, as in the record of a training. */
  figures: z.record(z.string(), z.number()),
  /** Of a few series, why they have no new model. */
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type SettledMetric = z.infer<typeof settled>;

const fitting = z.object({ stage: z.literal('fitting') });

const fitted = z.object({
  stage: z.literal('fitted'),
  candidate: z.object({ version: z.string(), replaces: z.optional(z.string()) }),
  /** Series whose candidate was held against a champion, or is their first model. */
  judgedSeries: z.number(),
  figures: z.record(z.string(), z.number()),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
});

/** How far one metric has come. */
const metricProgress = z.discriminatedUnion('stage', [fitting, fitted, settled]);
export type MetricProgress = z.infer<typeof metricProgress>;

/** That a run has ended, and when, Unix seconds. */
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

/** How far each of the metrics has come, in their order; undefined for one of which nothing is noted. */
export function progressOf(
  runs: RunStore,
  id: string,
  metrics: readonly string[],
): Promise<(MetricProgress | undefined)[]> {
  return runs.readAll(metrics.map(progressDocument), id);
}

/**
 * Notes how far a metric has come, unless it is known to be as far already: a step that timed out and was repeated may
 * still be running, and writes what it reached long after the others have gone on.
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

/** A success outranks a failure: the step that promoted a model knows better than the one that gave up waiting for it. */
function rankOf(progress: MetricProgress): number {
  if (progress.stage === 'fitting') return 0;
  if (progress.stage === 'fitted') return 1;
  return progress.status === 'failed' ? 2 : 3;
}
