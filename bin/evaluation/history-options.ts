import { basename } from 'node:path';
import type { Command } from 'commander';
import { composeBaselines } from '../../lib/compose/baselines.ts';
import { composeFeedback } from '../../lib/compose/feedback.ts';
import type { RuntimeContext } from '../../lib/compose/runtime-context.ts';
import { composeHistory } from '../../lib/compose/source.ts';
import {
  type Configuration,
  configurationSchema,
  type MetricConfiguration,
} from '../../lib/config/schema.ts';
import type { Feedback } from '../../lib/models/feedback.ts';
import {
  type EvaluatedMetric,
  historyEnd,
  nightlyModelsOf,
  readEvaluatedMetric,
} from '../../lib/pipeline/evaluation/evaluated-metric.ts';
import { championModels } from '../../lib/pipeline/evaluation/series-models.ts';
import { trainedMetric } from '../../lib/pipeline/training/trained-metric.ts';
import type { Series } from '../../lib/series/series.ts';
import { inferStepSeconds } from '../../lib/series/step.ts';
import { csvSource } from '../../lib/sources/csv/csv-source.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';
import { loadForCommand } from '../load-configuration.ts';

const DAY_SECONDS = 86_400;
const DEFAULT_DAYS = 28;

/** The command-line options that select a history. */
export interface HistoryOptions {
  readonly config: string;
  readonly csv?: string;
  readonly timeColumn: string;
  readonly valueColumn: string;
  readonly labelColumn?: string;
  readonly seriesColumns?: string;
  readonly metric?: string;
  readonly from?: string;
  readonly to?: string;
  readonly champion?: boolean;
}

/** A history with its labels and feedback. */
export interface LabelledHistory extends EvaluatedMetric {
  /** Series with the same labels; the value is 1 during an incident, else 0. */
  readonly truth: readonly Series[] | undefined;
  readonly feedback: readonly Feedback[];
}

/** The histories that a command reads. */
export interface OpenedHistory {
  readonly histories: readonly LabelledHistory[];
  /** Display name of the source. */
  readonly source: string;
  /** What the source could not read. */
  readonly warnings: readonly string[];
}

/** Help of `--series-columns`, which several commands have. */
export const SERIES_COLUMNS_HELP = 'columns of the CSV file that identify a series, such as host,mode';

/** Adds the options that select a history. */
export function withHistoryOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--csv <file>', 'read the history from this CSV file, with the default settings')
    .option('--time-column <name>', 'timestamp column of the CSV file', 'timestamp')
    .option('--value-column <name>', 'value column of the CSV file', 'value')
    .option('--label-column <name>', 'label column of the CSV file: 1 during an incident, else 0')
    .option('--series-columns <names>', SERIES_COLUMNS_HELP)
    .option('--metric <name>', 'only this metric; default: all enabled metrics');
}

/**
 * Reads the history from a file or from the configured source.
 *
 * @param leadSeconds history to read before `--from`, to learn from.
 */
export async function openHistory(options: HistoryOptions, leadSeconds: number): Promise<OpenedHistory> {
  if (options.csv !== undefined) return readCsv(options, options.csv);
  const configuration = await loadForCommand(options.config);
  return openConfigured(configuration, options, leadSeconds);
}

/** Reads the history of the configured metrics from their source. */
export async function openConfigured(
  configuration: Configuration,
  options: Pick<HistoryOptions, 'metric' | 'from' | 'to' | 'champion'>,
  leadSeconds: number,
): Promise<OpenedHistory> {
  const runtime = evaluationContext();
  const source = await composeHistory(configuration, runtime);
  const endSeconds = instantOf('--to', options.to) ?? (await historyEnd(source, Date.now() / 1000));
  const startSeconds = instantOf('--from', options.from) ?? endSeconds - DEFAULT_DAYS * DAY_SECONDS;
  const metrics = metricsOf(configuration, options.metric).map(trainedMetric(configuration));
  const window = { startSeconds: startSeconds - leadSeconds, endSeconds };
  const store = composeFeedback(configuration, runtime);
  const baselines = options.champion === true ? composeBaselines(configuration, runtime) : undefined;
  const histories: LabelledHistory[] = [];
  for (const metric of metrics) {
    const { name, settings } = metric;
    const history = await readEvaluatedMetric(source, metric, window);
    const models =
      baselines === undefined
        ? history.models
        : championModels(baselines, name, endSeconds, settings.intervalWidth);
    histories.push({ ...history, models, truth: undefined, feedback: await store.of(name) });
  }
  return {
    histories,
    source: 'url' in configuration.source ? configuration.source.url : configuration.source.kind,
    warnings: histories.flatMap(({ name, series, warnings }) => [
      ...warnings.map((warning) => `${name}: ${warning}`),
      ...(series.length === 0 ? [`${name} has no samples in the window`] : []),
    ]),
  };
}

/** The context of a command that reads history. */
export function evaluationContext(): RuntimeContext {
  return {
    logger: textLogger(process.stderr, 'error'),
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
}

/** Parses a time from the command line. Returns Unix seconds. */
export function instantOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds))
    throw new RangeError(`${option} ${text} is not a point in time: write it like 2026-03-02T00:00:00Z`);
  return milliseconds / 1000;
}

/** The enabled metrics, or the one that is named. */
export function metricsOf({ metrics }: Configuration, name: string | undefined): MetricConfiguration[] {
  const enabled = metrics.filter((metric) => metric.enabled);
  if (name === undefined) return enabled;
  const found = enabled.filter((metric) => metric.name === name);
  if (found.length > 0) return found;
  const names = enabled.map((metric) => metric.name).join(', ');
  throw new RangeError(`The configuration has no enabled metric "${name}"; enabled metrics: ${names}`);
}

async function readCsv(options: HistoryOptions, path: string): Promise<OpenedHistory> {
  const columns = {
    path,
    timeColumn: options.timeColumn,
    labelColumns: options.seriesColumns?.split(',').map((name) => name.trim()) ?? [],
    timeZone: 'UTC',
  };
  const { series, warnings } = await csvSource({ ...columns, valueColumn: options.valueColumn }).recording();
  const truth =
    options.labelColumn === undefined
      ? undefined
      : (await csvSource({ ...columns, valueColumn: options.labelColumn }).recording()).series;
  const stepSeconds = inferStepSeconds(series[0]?.samples.timesSeconds ?? new Float64Array());
  const name = options.metric ?? metricName(path);
  const configuration = configurationSchema.parse({ source: { kind: 'csv', path }, metrics: [{ name }] });
  const metric = trainedMetric(configuration)({
    ...configuration.metrics[0]!,
    stepSeconds: stepSeconds > 0 ? stepSeconds : 60,
  });
  const models = nightlyModelsOf(metric);
  return {
    histories: [
      { name, monitor: metric.monitor, models, series, truth, feedback: [], isSimulated: false, warnings },
    ],
    source: path,
    warnings,
  };
}

/** A valid metric name from the file name. */
function metricName(path: string): string {
  const words = basename(path)
    .replace(/\..*$/, '')
    .replace(/[^\w.:-]/g, '_')
    .slice(0, 99);
  return /^[A-Za-z_]/.test(words) ? words : `_${words}`;
}
