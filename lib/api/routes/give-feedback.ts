import * as z from 'zod';
import { judgements } from '../../models/feedback.ts';
import { emptyPart, instant, isoInstant, metricName, noHeaders } from '../fields.ts';
import { defineRoute } from '../route.ts';

/** Records whether an alert was right. */
export const giveFeedback = defineRoute({
  method: 'POST',
  path: '/alerts/{id}/feedback',
  operationId: 'giveFeedback',
  summary: 'Record whether an alert was right; the latest feedback on an incident counts',
  request: {
    path: z.strictObject({
      id: z.string().min(1).max(100).meta({
        description: 'The id of the alert or of its incident; its first characters are enough.',
        example: 'b8d6a4f2290bb9a3fd0c5b8e',
      }),
    }),
    query: emptyPart,
    headers: noHeaders,
    body: z
      .strictObject({
        judgement: z.enum(judgements),
        note: z.string().max(2000).optional().meta({ description: 'A note for readers.' }),
      })
      .meta({ id: 'GivenFeedback' }),
  },
  success: {
    status: 200,
    description: 'Saved',
    schema: z
      .object({
        incidentId: z.string(),
        metric: metricName,
        labels: z.record(z.string(), z.string()),
        from: instant.meta({ description: 'The onset of the incident.' }),
        to: instant.meta({ description: 'Its end, or its latest notification.' }),
        judgement: z.enum(judgements),
        note: z.string().nullable(),
      })
      .meta({ id: 'Feedback' }),
  },
  problems: ['not-found'],
  answer: async ({ path, body }, { feedback }) => {
    const kept = await feedback.give({ alertId: path.id, ...body });
    const { incidentId, metric, labels, startSeconds, endSeconds, judgement, note = null } = kept;
    const [from, to] = [isoInstant(startSeconds), isoInstant(endSeconds)];
    return { status: 200, body: { incidentId, metric, labels, from, to, judgement, note } };
  },
});
