import * as z from 'zod';
import { emptyPart, instant, isoInstant, metricName, modelVersion, noHeaders } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** Rolls a metric back to an earlier version of its models. */
export const rollBackModel = defineRoute({
  method: 'POST',
  path: '/models/{metric}/rollback',
  operationId: 'rollBackModel',
  summary: 'Roll a metric back to an earlier version of its models; the next ticks use it',
  request: {
    path: z.strictObject({ metric: metricName }),
    query: emptyPart,
    headers: noHeaders,
    body: z
      .strictObject({
        version: modelVersion.optional().meta({ description: 'By default the previous version.' }),
      })
      .meta({ id: 'Rollback' }),
  },
  success: {
    status: 200,
    description: 'Rolled back',
    schema: z
      .object({
        metric: metricName,
        champion: modelVersion,
        since: instant,
        canRollBackTo: z
          .array(modelVersion)
          .meta({ description: 'Versions that were in use before, latest first.' }),
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
