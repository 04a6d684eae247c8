import * as z from 'zod';
import { instantSelectors } from './promql-selectors.ts';
import { alertsSchema } from './schema/alerts.ts';
import { detectionSchema } from './schema/detection.ts';
import { evaluationSchema } from './schema/evaluation.ts';
import { grafanaSchema } from './schema/grafana.ts';
import { maintenanceSchema } from './schema/maintenance.ts';
import { metricsSchema } from './schema/metrics.ts';
import { modelSchema } from './schema/model.ts';
import { modelsSchema } from './schema/models.ts';
import { functionsSchema, limitsSchema, telemetrySchema } from './schema/operation.ts';
import { resolveMetrics } from './schema/resolve-metrics.ts';
import { resultCopiesSchema, resultsSchema } from './schema/results.ts';
import { scheduleSchema } from './schema/schedule.ts';
import { sourceSchema } from './schema/source.ts';
import { checkWholeConfiguration } from './schema/whole-rules.ts';

const identifier = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a to z, 0 to 9 and -, beginning with a letter, at most 40 characters');

/** The sections of a configuration, as users write them. */
const written = z.strictObject({
  name: identifier
    .default('tidemark')
    .describe(
      'The name of this installation, used in the names of its cloud resources: a-z, 0-9 and -, at most 40.',
    ),
  environment: identifier
    .default('local')
    .describe('Which installation it is (production, staging): a tag on alerts and metrics.'),
  source: sourceSchema.describe(
    'Where samples come from: kind prometheus (the default), simulation, csv or manual.',
  ),
  metrics: metricsSchema.describe('The metrics that are monitored. Layers merge them by name.'),
  schedule: scheduleSchema.prefault({}).describe('When metrics are scored, and how far back a tick looks.'),
  detection: detectionSchema.prefault({}).describe('Detection settings. A metric may override them.'),
  maintenance: maintenanceSchema
    .default([])
    .describe('Windows in which no alerts are sent; scoring continues.'),
  model: modelSchema
    .prefault({})
    .describe('What is fitted, and when a new fit is promoted. A metric may override it.'),
  evaluation: evaluationSchema.prefault({}).describe('Evaluations of a deployment.'),
  results: resultsSchema
    .prefault({})
    .describe('Where verdicts go: kind ndjson (the default), influxdb or log.'),
  resultCopies: resultCopiesSchema
    .default({})
    .describe(
      'Further stores that get the same records, by a name of your choice, each with the settings of results. None of them holds up a tick.',
    ),
  alerts: alertsSchema
    .prefault({})
    .describe('Who is notified. A channel is active when its section is written.'),
  models: modelsSchema
    .prefault({})
    .describe('Where models and states are stored: kind filesystem (the default) or s3.'),
  grafana: grafanaSchema.prefault({}).describe('The dashboards, and the links in alerts.'),
  telemetry: telemetrySchema.prefault({}).describe('Logs, metrics and traces of Tidemark itself.'),
  limits: limitsSchema.prefault({}).describe('Limits that protect a tick and its servers.'),
  functions: functionsSchema.prefault({}).describe('The size of the deployed functions.'),
});

/**
 * The one schema of a configuration: from what users write (merged, variables substituted) to what the code
 * reads. Every default is filled in, every duration `key: 1m` becomes a number of seconds `keySeconds: 60`,
 * and every metric holds its complete detection and model settings, and the positions of the selectors in its
 * PromQL: the functions do not include the grammar.
 */
export const configurationSchema = written
  .superRefine(checkWholeConfiguration, { when: () => true })
  .transform((configuration) => ({
    ...configuration,
    metrics: resolveMetrics(configuration).map((metric) => ({
      ...metric,
      // Undefined for invalid PromQL, for other sources, and in configurations that earlier versions
      // resolved.
      selectors: isPromql(configuration.source) ? instantSelectors(metric.query) : undefined,
    })),
  }));

/** Whether queries are of the language that the grammar here knows. */
function isPromql(source: z.output<typeof written>['source']): boolean {
  return source.kind === 'prometheus' && source.dialect === 'promql';
}

/** A valid configuration with every default filled in. */
export type Configuration = z.output<typeof configurationSchema>;

/** A metric with its complete settings. */
export type MetricConfiguration = Configuration['metrics'][number];

/**
 * The schema of what users write, without the rules between sections; the JSON Schema is generated from it.
 */
export const writtenSchema = written;
