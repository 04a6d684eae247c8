import * as z from 'zod/mini';

/** What somebody asked for; stored before anything is started, so that a repeated request can be told from another. */
export const retrainRequest = z.object({
  /** Names; undefined for all that are enabled when the run is planned. */
  metrics: z.optional(z.array(z.string())),
});
export type RetrainRequest = z.infer<typeof retrainRequest>;

/** What a run does, settled by its first step. */
export const retrainPlan = z.object({
  id: z.string(),
  /** The end of the history, Unix seconds: when the run was started, never the wall clock of a later step. */
  timeSeconds: z.number(),
  metrics: z.array(z.string()),
});
export type RetrainPlan = z.infer<typeof retrainPlan>;

/** What became of one metric. */
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
  /** Series for which a model was fitted and judged. */
  judgedSeries: z.number(),
  figures: z.record(z.string(), z.number()),
  reasons: z.array(z.string()),
  warnings: z.array(z.string()),
});

/** How far one metric has come. */
export const metricProgress = z.discriminatedUnion('stage', [fitting, fitted, settled]);
export type MetricProgress = z.infer<typeof metricProgress>;

/** That a run has ended, and when, Unix seconds. */
export const retrainReport = z.object({ endedAtSeconds: z.number() });
export type RetrainReport = z.infer<typeof retrainReport>;
