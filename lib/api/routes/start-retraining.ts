import * as z from 'zod';
import { emptyPart, idempotencyKey, metricName, runId, statusUrl } from '../fields.ts';
import { defineRoute } from '../route.ts';

const MAXIMUM_METRICS = 1000;

/** Starts a retraining of all metrics or of some. */
export const startRetraining = defineRoute({
  method: 'POST',
  path: '/retrain',
  operationId: 'startRetraining',
  summary: 'Retrain models now instead of at night; worse candidates are not promoted',
  request: {
    path: emptyPart,
    query: emptyPart,
    headers: z.object({ 'idempotency-key': idempotencyKey('retraining') }),
    body: z
      .strictObject({
        metrics: z
          .array(metricName)
          .min(1)
          .max(MAXIMUM_METRICS)
          .optional()
          .meta({ description: 'The metrics to train; by default all that are enabled.' }),
      })
      .meta({ id: 'RetrainOrder' }),
  },
  success: {
    status: 202,
    description: 'Started, now or before with the same key',
    schema: z.object({ id: runId, statusUrl }).meta({ id: 'RetrainStarted' }),
    headers: z.object({ Location: statusUrl }),
  },
  problems: ['not-found', 'unprocessable-request'],
  answer: async ({ body, headers, root }, { retrainings }) => {
    const id = await retrainings.start({
      metrics: body.metrics,
      idempotencyKey: headers['idempotency-key'],
    });
    const url = `${root}/retrain/${id}`;
    return { status: 202, body: { id, statusUrl: url }, headers: { location: url } };
  },
});
