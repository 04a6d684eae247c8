import * as z from 'zod';
import { evaluationRequestSchema } from '../../pipeline/evaluation/evaluation-request.ts';
import { emptyPart, instant, isoInstant, noHeaders, runId } from '../fields.ts';
import { defineRoute } from '../route.ts';

const report = z
  .object({
    url: z.string().meta({ description: 'A self-contained page; the link needs no signature.' }),
    expiresAt: instant.meta({ description: 'When the link expires; request again for a new one.' }),
  })
  .meta({ id: 'ReportLink' });

/** The progress and the result of an evaluation. */
export const readEvaluation = defineRoute({
  method: 'GET',
  path: '/evaluations/{id}',
  operationId: 'readEvaluation',
  summary: 'The progress of an evaluation; its result and a link to its report',
  request: { path: z.strictObject({ id: runId }), query: emptyPart, headers: noHeaders, body: undefined },
  success: {
    status: 200,
    description: 'The state of the evaluation',
    schema: z
      .object({
        id: runId,
        state: z.enum(['running', 'succeeded', 'failed']),
        order: evaluationRequestSchema.meta({ description: 'The request, with defaults filled in.' }),
        startedAt: instant,
        endedAt: instant.nullable(),
        reason: z.string().nullable().meta({ description: 'Why it failed.' }),
        warnings: z.array(z.string()).meta({ description: 'What was skipped, or could not be written.' }),
        result: z
          .looseObject({ metric: z.string(), headline: z.string() })
          .nullable()
          .meta({ description: 'The output of "tidemark evaluate --json"; null until it has succeeded.' }),
        report: report.nullable(),
      })
      .meta({ id: 'Evaluation' }),
  },
  problems: ['not-found'],
  answer: async ({ path }, { evaluations }) => {
    const { run, result, report: link } = await evaluations.find(path.id);
    const { id, state, order, startedAtSeconds, endedAtSeconds, reason = null, warnings = [] } = run;
    return {
      status: 200,
      body: {
        id,
        state,
        order,
        startedAt: isoInstant(startedAtSeconds),
        endedAt: endedAtSeconds === undefined ? null : isoInstant(endedAtSeconds),
        reason,
        warnings,
        result: result ?? null,
        report: link === undefined ? null : { url: link.url, expiresAt: isoInstant(link.expiresAtSeconds) },
      },
    };
  },
});
