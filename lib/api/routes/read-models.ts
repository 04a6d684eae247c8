import * as z from 'zod';
import { instant, isoInstant, metricName, modelVersion, noHeaders, nothing } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** Which models of a metric there are. */
export const readModels = defineRoute({
  method: 'GET',
  path: '/models/{metric}',
  operationId: 'readModels',
  summary: "The versions of a metric's models, and which is in use",
  request: {
    path: z.strictObject({ metric: metricName }),
    query: nothing,
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
          .meta({ description: 'The version in use; null while there is none.' }),
        since: instant.nullable().meta({ description: 'Since when it is in use.' }),
        canRollBackTo: z
          .array(modelVersion)
          .meta({ description: 'Versions that were in use before, the last one first.' }),
        versions: z.array(modelVersion).meta({ description: 'All that are stored, the newest first.' }),
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
