import * as z from 'zod';
import { duration, section, serverUrl, text, timeZone } from './fields.ts';
import { refuse } from './rule.ts';
import { secretSchema } from './secret.ts';

const placeholders = ['url', 'metric', 'series', 'from', 'to'];

/** The dashboards, and the links in alerts. */
export const grafanaSchema = section({
  url: serverUrl('The address of Grafana in the browser.').optional(),
  token: secretSchema
    .describe(
      'The token of a service account with the role Editor, as a reference: for `tidemark dashboards push`.',
    )
    .optional(),
  datasourceUid: text(
    'The uid of the data source in Grafana that is chosen at first; by default tidemark-influxdb or tidemark-prometheus.',
  ).optional(),
  dashboard: section({
    uid: z
      .string()
      .regex(/^[\w-]{1,29}$/, 'at most 29 letters, digits, _ and -')
      .default('tidemark')
      .describe(
        'The uid of the dashboard that alerts link to, and the beginning of that of the others: at most 29 letters, digits, _ and -.',
      ),
    title: text('What the titles of all dashboards begin with.').default('Tidemark'),
    folder: text('The folder of the dashboards and alert rules.').default('Tidemark'),
    refresh: duration('How often they refresh themselves', { minimum: '1s', maximum: '1d' }).prefault('1m'),
    timeRange: duration('The time range that the overview, the metric and the operations show at first', {
      minimum: '5m',
      maximum: '90d',
    }).prefault('6h'),
    timezone: timeZone('browser, or an IANA time zone.', ['browser']).default('browser'),
  })
    .prefault({})
    .describe('The generated dashboards.'),
  linkTemplate: text(
    `The link in an alert. It may contain ${placeholders.map((name) => `{${name}}`).join(' ')}.`,
  )
    .superRefine((template, context) => {
      for (const [, name] of template.matchAll(/\{(\w*)\}/g)) {
        if (placeholders.includes(name ?? '')) continue;
        context.addIssue({
          code: 'custom',
          message: `has the unknown placeholder {${name}}`,
          params: {
            allowed: placeholders.map((known) => `{${known}}`).join(' '),
            found: name,
            names: placeholders,
          },
        });
      }
    })
    .optional(),
}).superRefine(({ url, linkTemplate }, context) => {
  if (url !== undefined || linkTemplate === undefined || !linkTemplate.includes('{url}')) return;
  refuse(context, {
    path: ['linkTemplate'],
    message: 'has {url}, but grafana.url is not set',
    suggestion: 'set grafana.url, or write the address into the template',
  });
});
