import * as z from 'zod';
import { authSchema, tlsSchema } from './connection.ts';
import { duration, section, serverUrl, text, whole } from './fields.ts';

/** Who is notified. A channel is active when its section is written. */
export const alertsSchema = section({
  eventbridge: section({
    bus: text(
      'The name of the event bus, which a deployment creates; or the ARN of an existing one.',
    ).default('tidemark'),
    topic: text('The SNS topic that receives readable text.').default('tidemark-alerts'),
    archive: duration('How long events are archived for a replay; by default they are not', {
      minimum: '1d',
      maximum: '3650d',
    }).optional(),
    retries: whole('How often failed entries are retried.', 0, 10).default(3),
  })
    .optional()
    .describe('Events on Amazon EventBridge, and readable text on SNS.'),
  alertmanager: section({
    url: serverUrl('The address of Alertmanager.'),
    auth: authSchema.prefault({ kind: 'none' }).describe('How requests are authenticated.'),
    tls: tlsSchema.prefault({}).describe('TLS with your own certificate authority or client certificate.'),
    timeout: duration('How long one request may take', { minimum: '100ms', maximum: '1m' }).prefault('5s'),
    resendInterval: duration('How often a firing alert is sent again', {
      minimum: '10s',
      maximum: '1h',
    }).prefault('1m'),
    labels: z
      .record(
        z.string().regex(/^[A-Za-z_]\w*$/, 'letters, digits and _, not beginning with a digit'),
        z.string(),
      )
      .default({})
      .describe('Labels that are added to every alert, for routing.'),
  })
    .optional()
    .describe('Prometheus Alertmanager, API v2.'),
  silentTicks: whole(
    'A metric without a scored sample for this many ticks is silent: people are notified of it.',
    2,
    1440,
  ).default(10),
  log: z.boolean().default(true).describe('Whether alerts are also logged.'),
});
