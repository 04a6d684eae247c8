import * as z from 'zod';
import { idempotencyKey, metricName, nothing, runId, statusUrl } from '../fields.ts';
import { defineRoute } from '../route.ts';

const MAXIMUM_METRICS = 1000;

/** Starts a retraining, of all metrics or of some. */
export const startRetraining = defineRoute({
  method: 'POST',
  path: '/retrain',
  operationId: 'startRetraining',
  summary: 'Retrain models now instead of at night; nothing is put in use that is worse',
  request: {
    path: nothing,
    query: nothing,
    headers: z.object({ 'idempotency-key': idempotencyKey('retraining') }),
    body: z
      .strictObject({
        metrics: z
          .array(metricName)
          .min(1)
          .max(MAXIMUM_METRICS)
          .optional()
          .meta({ description: 'The metrics to train; all that are enabled, when left out.' }),
      })
      .meta({ id: 'RetrainOrder' }),
  },
  success: {
    status: 202,
    description: 'It is started, or was before under the same key',
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
