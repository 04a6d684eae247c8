import type { StoreQuery } from '../store/dashboard-store.ts';
import type { AlertRuleQuestion } from '../store/questions.ts';
import { pipe, points } from './flux.ts';

/** What the alert rules look at, in Flux: a series of numbers for each metric or shard. */
export function alertRuleQueries(bucket: string): Record<AlertRuleQuestion, StoreQuery> {
  const newestBy = (measurement: string, field: string, tag: string): StoreQuery => ({
    text: pipe(
      points(bucket, { measurement, fields: [field] }),
      `group(columns: ["${tag}"])`,
      'sort(columns: ["_time"])',
      'last()',
      `keep(columns: ["_time", "_value", "${tag}"])`,
    ),
    shape: 'series',
  });
  return {
    ruleIncidents: newestBy('metric_state', 'incidentsOpen', 'metric'),
    ruleSilent: newestBy('metric_state', 'isSilent', 'metric'),
    ruleLag: newestBy('tick', 'lagSeconds', 'shard'),
    ruleModelAge: newestBy('tick', 'modelAgeSeconds', 'shard'),
  };
}
