import * as z from 'zod';
import { emptyPart, instant, isoInstant, metricName, modelVersion, noHeaders } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** The versions of a metric's models. */
export const readModels = defineRoute({
  method: 'GET',
  path: '/models/{metric}',
  operationId: 'readModels',
  summary: "The versions of a metric's models, and which is in use",
  request: {
    path: z.strictObject({ metric: metricName }),
    query: emptyPart,
    headers: noHeaders,
    body: undefined,
  },
  success: {
    status: 200,
    description: 'The versions',
    schema: z
      .object({
        metric: metricName,
        champion: modelVersion
          .nullable()
          .meta({ description: 'The version in use; null when there is none.' }),
        since: instant.nullable().meta({ description: 'When it came into use.' }),
        canRollBackTo: z
          .array(modelVersion)
          .meta({ description: 'Versions that were in use before, latest first.' }),
        versions: z.array(modelVersion).meta({ description: 'All stored versions, newest first.' }),
      })
      .meta({ id: 'Models' }),
  },
  problems: ['not-found'],
  answer: async ({ path }, { models }) => {
    const { metric, champion, versions } = await models.versionsOf(path.metric);
    return {
      status: 200,
      body: {
        metric,
        champion: champion?.version ?? null,
        since: champion === undefined ? null : isoInstant(champion.sinceSeconds),
        canRollBackTo: champion?.history ?? [],
        versions,
      },
    };
  },
});
