import * as z from 'zod';
import { detectionOverridesSchema } from './detection.ts';
import { duration, section, text, whole } from './fields.ts';
import { modelOverridesSchema } from './model.ts';
import { refuse } from './rule.ts';

const labelName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'the name of a label: letters, digits and _, not beginning with a digit');

const metricSchema = section({
  name: z
    .string()
    .regex(/^[A-Za-z_][\w.:-]{0,99}$/, 'at most 100 letters, digits and _ . : - beginning with a letter or _')
    .describe('The name in alerts, results and models; at most 100 letters, digits and _ . : -'),
  query: text('The PromQL query. Each series that it returns is monitored on its own.', 20_000)
    .optional()
    .meta({ title: 'PromQL' }),
  description: text('What it measures, for readers.').optional(),
  enabled: z.boolean().default(true).describe('false: neither queried nor trained.'),
  unit: text('The unit of the value, as Grafana names it: percent, s, bytes, reqps.').optional(),
  step: duration('The resolution, when it differs from that of the schedule', {
    minimum: '1s',
    maximum: '1d',
  }).optional(),
  labels: z
    .array(labelName)
    .optional()
    .describe(
      'The labels that are kept; by default all. Series that become one by this may follow each other in time, but must not overlap.',
    ),
  lineage: z
    .array(labelName)
    .min(1)
    .optional()
    .describe(
      'Labels that stay when a series is replaced (a deployment, a stateful set): a new series takes over what one that ended with the same values of them had learnt. By default none does.',
    ),
  seriesLimit: whole('More series than this are an error.', 1, 100_000).optional(),
  ttl: duration('A series that vanished is forgotten after this long', {
    minimum: '1h',
    maximum: '365d',
  }).prefault('7d'),
  seriesMissing: z
    .boolean()
    .default(false)
    .describe('Whether to notify when a series vanishes (`Series Missing`).'),
  detection: detectionOverridesSchema
    .prefault({})
    .describe('Detection settings that differ for this metric.'),
  model: modelOverridesSchema.prefault({}).describe('Model settings that differ for this metric.'),
});

/** The metrics that are monitored. */
export const metricsSchema = z
  .array(metricSchema)
  .min(1)
  .max(2000)
  .superRefine(
    (metrics: unknown, context) => {
      if (!Array.isArray(metrics)) return;
      const seen = new Map<unknown, number>();
      for (const [index, metric] of metrics.entries()) {
        refuseLostLineage(context, index, metric);
        const name: unknown = metric?.name;
        if (typeof name !== 'string') continue;
        const first = seen.get(name);
        if (first === undefined) seen.set(name, index);
        else {
          refuse(context, {
            path: [index, 'name'],
            message: `repeats the name of metrics[${first}]`,
            first: ['metrics', first, 'name'],
            allowed: 'a name that no other metric has',
            suggestion: 'rename one of them: models, alerts and results are kept by name',
          });
        }
      }
    },
    { when: () => true },
  );

/** A label that the series do not keep does not show which of them replaces which. */
function refuseLostLineage(context: z.RefinementCtx, index: number, metric: unknown): void {
  const { labels, lineage } = (metric ?? {}) as { labels?: unknown; lineage?: unknown };
  if (!Array.isArray(labels) || !Array.isArray(lineage)) return;
  const place = lineage.findIndex((name) => !labels.includes(name));
  if (place < 0) return;
  refuse(context, {
    path: [index, 'lineage', place],
    message: `is a label that metrics[${index}].labels does not keep`,
    allowed: `labels that are kept: ${labels.join(', ')}`,
    suggestion: 'add it to labels, or leave it out here',
  });
}
