import * as z from 'zod';
import { evaluationRequestSchema } from '../../pipeline/evaluation/evaluation-request.ts';
import { emptyPart, idempotencyKey, runId, statusUrl } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** Starts an evaluation of one metric. */
export const startEvaluation = defineRoute({
  method: 'POST',
  path: '/evaluate',
  operationId: 'startEvaluation',
  summary:
    'Inject faults into the real history of a metric: what is found, how soon, at how many false alerts',
  request: {
    path: emptyPart,
    query: emptyPart,
    headers: z.object({ 'idempotency-key': idempotencyKey('evaluation') }),
    body: evaluationRequestSchema.meta({ id: 'EvaluationOrder' }),
  },
  success: {
    status: 202,
    description: 'Started, now or before with the same key',
    schema: z.object({ id: runId, statusUrl }).meta({ id: 'EvaluationStarted' }),
    headers: z.object({ Location: statusUrl }),
  },
  problems: ['not-found', 'unprocessable-request'],
  answer: async ({ body, headers, root }, { evaluations }) => {
    const id = await evaluations.start(body, headers['idempotency-key']);
    const url = `${root}/evaluations/${id}`;
    return { status: 202, body: { id, statusUrl: url }, headers: { location: url } };
  },
});
