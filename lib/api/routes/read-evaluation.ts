import * as z from 'zod';
import { evaluationRequestSchema } from '../../pipeline/evaluation/evaluation-request.ts';
import { instant, isoInstant, noHeaders, nothing, runId } from '../fields.ts';
import { defineRoute } from '../route.ts';

const report = z
  .object({
    url: z
      .string()
      .meta({ description: 'A page that needs nothing else; no signature of yours is asked for.' }),
    expiresAt: instant.meta({ description: 'The link holds until then; ask again for another one.' }),
  })
  .meta({ id: 'ReportLink' });

/** How far an evaluation has come, and what it found out. */
export const readEvaluation = defineRoute({
  method: 'GET',
  path: '/evaluations/{id}',
  operationId: 'readEvaluation',
  summary: 'How far an evaluation has come; its result and a link to its report',
  request: { path: z.strictObject({ id: runId }), query: nothing, headers: noHeaders, body: undefined },
  success: {
    status: 200,
    description: 'The state of the evaluation',
    schema: z
      .object({
        id: runId,
        state: z.enum(['running', 'succeeded', 'failed']),
        order: evaluationRequestSchema.meta({ description: 'What was asked for, with what was left out.' }),
        startedAt: instant,
        endedAt: instant.nullable(),
        reason: z.string().nullable().meta({ description: 'Why it failed.' }),
        warnings: z.array(z.string()).meta({ description: 'What was left out, or could not be written.' }),
        result: z
          .looseObject({ metric: z.string(), headline: z.string() })
          .nullable()
          .meta({ description: 'As "tidemark evaluate --json" prints it; null until it has succeeded.' }),
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
