import * as z from 'zod';
import { emptyPart, instant, isoInstant, metricName, modelVersion, noHeaders, runId } from '../fields.ts';
import { defineRoute } from '../route.ts';

const retrainedMetric = z
  .object({
    metric: metricName,
    status: z.enum(['waiting', 'running', 'promoted', 'kept', 'rejected', 'failed']).meta({
      description:
        'promoted: some series have a new model. kept: there was nothing to compare. rejected: candidates were worse, the models in use stay. failed: nothing was changed.',
    }),
    reason: z.string().nullable().meta({ description: 'Why it was not promoted.' }),
    version: modelVersion.nullable().meta({ description: 'The version that the training promoted.' }),
    replaced: modelVersion.nullable().meta({ description: 'The version that was in use before.' }),
    series: z.int().nullable(),
    promotedSeries: z.int().nullable().meta({ description: 'Series with a new model.' }),
    warnings: z.array(z.string()).meta({ description: 'Warnings of the source.' }),
  })
  .meta({ id: 'RetrainedMetric' });

/** The progress of a retraining. */
export const readRetraining = defineRoute({
  method: 'GET',
  path: '/retrain/{id}',
  operationId: 'readRetraining',
  summary: 'The progress of a retraining, metric by metric',
  request: { path: z.strictObject({ id: runId }), query: emptyPart, headers: noHeaders, body: undefined },
  success: {
    status: 200,
    description: 'The state of the retraining',
    schema: z
      .object({
        id: runId,
        state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'stopped']).meta({
          description: 'succeeded: it finished, whatever the outcome of its metrics. stopped: by a person.',
        }),
        startedAt: instant.nullable(),
        endedAt: instant.nullable(),
        metrics: z.array(retrainedMetric),
      })
      .meta({ id: 'Retraining' }),
  },
  problems: ['not-found'],
  answer: async ({ path }, { retrainings }) => {
    const { id, state, startedAtSeconds, endedAtSeconds, metrics } = await retrainings.find(path.id);
    const orNull = (seconds: number | undefined) => (seconds === undefined ? null : isoInstant(seconds));
    return {
      status: 200,
      body: {
        id,
        state,
        startedAt: orNull(startedAtSeconds),
        endedAt: orNull(endedAtSeconds),
        metrics: metrics.map(({ reason, version, replaced, series, promotedSeries, ...metric }) => ({
          ...metric,
          reason: reason ?? null,
          version: version ?? null,
          replaced: replaced ?? null,
          series: series ?? null,
          promotedSeries: promotedSeries ?? null,
        })),
      },
    };
  },
});
