import * as z from 'zod';
import { instant, isoInstant, metricName, modelVersion, noHeaders, nothing } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** Puts a metric back to an earlier version of its models. */
export const rollBackModel = defineRoute({
  method: 'POST',
  path: '/models/{metric}/rollback',
  operationId: 'rollBackModel',
  summary: 'Put a metric back to an earlier version of its models; the next ticks use it',
  request: {
    path: z.strictObject({ metric: metricName }),
    query: nothing,
    headers: noHeaders,
    body: z
      .strictObject({
        version: modelVersion.optional().meta({ description: 'The one before, when left out.' }),
      })
      .meta({ id: 'Rollback' }),
  },
  success: {
    status: 200,
    description: 'It is back at that version',
    schema: z
      .object({
        metric: metricName,
        champion: modelVersion,
        since: instant,
        canRollBackTo: z
          .array(modelVersion)
          .meta({ description: 'Versions that were in use before, the last one first.' }),
      })
      .meta({ id: 'RolledBack' }),
  },
  problems: ['not-found', 'conflict'],
  answer: async ({ path: { metric }, body }, { models }) => {
    const { version, sinceSeconds, history } = await models.rollBack(metric, body.version);
    return {
      status: 200,
      body: { metric, champion: version, since: isoInstant(sinceSeconds), canRollBackTo: history },
    };
  },
});
