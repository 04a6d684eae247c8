import * as z from 'zod';
import { duration, section, serverUrl, text, timeZone } from './fields.ts';
import { refuse } from './rule.ts';

const placeholders = ['url', 'metric', 'series', 'from', 'to'];

/** The dashboards, and the links in alerts. */
export const grafanaSchema = section({
  url: serverUrl('The address of Grafana in the browser.').optional(),
  datasourceUid: text('The uid of the InfluxDB data source in Grafana.').default('tidemark-influxdb'),
  dashboard: section({
    uid: z
      .string()
      .regex(/^[\w-]{1,40}$/, 'at most 40 letters, digits, _ and -')
      .default('tidemark')
      .describe('The uid of the generated dashboard: at most 40 letters, digits, _ and -.'),
    title: text('Its title.').default('Tidemark'),
    folder: text('Its folder.').default('Tidemark'),
    refresh: duration('How often it refreshes itself', { minimum: '1s', maximum: '1d' }).prefault('1m'),
    timeRange: duration('The time range shown at first', { minimum: '5m', maximum: '90d' }).prefault('6h'),
    timezone: timeZone('browser, or an IANA time zone.', ['browser']).default('browser'),
  })
    .prefault({})
    .describe('The generated dashboard.'),
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
