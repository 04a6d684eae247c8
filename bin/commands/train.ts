import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { composeTraining, type TrainingSummary } from '../../lib/compose/training.ts';
import { type Configuration, configurationSchema } from '../../lib/config/schema.ts';
import type { SeriesSource } from '../../lib/sources/series-source.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';
import { instantOf, SERIES_COLUMNS_HELP } from '../evaluation/history-options.ts';
import { addFormerName } from '../former-option-name.ts';
import { loadForCommand } from '../load-configuration.ts';
import { Screen } from '../terminal/screen.ts';
import { paintFor } from '../terminal/style.ts';
import { TrainingProgressView, trainingLines } from '../terminal/training-view.ts';

const DEFAULT_CONFIGURATION = 'config/config.yaml';

interface TrainOptions {
  readonly config: string;
  readonly prometheus?: string;
  readonly csv?: string;
  readonly seriesColumns?: string;
  readonly to?: string;
  readonly json: boolean;
}

async function trainCommandLine(metrics: readonly string[], options: TrainOptions): Promise<number> {
  const { configuration, names } = await plan(metrics, options);
  const logger = textLogger(process.stderr, 'error');
  const runtime = { logger, environment: process.env, remainingMilliseconds: () => Infinity };
  await using training = await composeTraining(configuration, runtime);
  const timeSeconds = Math.floor(await endSeconds(options, training.ports.source));
  const summary = await withProgress(names, options.json, (note) =>
    training.train(timeSeconds, names, (metric, seriesDone, seriesTotal) =>
      note({ metric, seriesDone, seriesTotal }),
    ),
  );
  print(summary, options.json);
  const { metrics: outcomes } = summary;
  const isNothingTrained = outcomes.length === 0;
  return isNothingTrained || outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function withProgress(
  metrics: readonly string[],
  isSilent: boolean,
  work: (note: TrainingProgressView['note']) => Promise<TrainingSummary>,
): Promise<TrainingSummary> {
  if (isSilent) return work(() => {});
  // Progress goes to stderr, so that the result on stdout can be piped.
  using screen = new Screen(process.stderr);
  const view = new TrainingProgressView(screen, metrics, (line) => process.stderr.write(`${line}\n`));
  return work((progress) => view.note(progress));
}

/** The metrics to train and their settings. */
interface TrainingPlan {
  readonly configuration: Configuration;
  readonly names: readonly string[];
}

async function plan(metrics: readonly string[], options: TrainOptions): Promise<TrainingPlan> {
  const { prometheus, csv, config } = options;
  if (prometheus !== undefined && csv !== undefined)
    throw new RangeError('--prometheus and --csv exclude each other: give one of them');
  if (csv !== undefined) return planOfFile(csv, metrics, options);
  const configuration = await loadForCommand(config);
  const enabled = configuration.metrics.flatMap((metric) => (metric.enabled ? [metric.name] : []));
  const names = metrics.length === 0 ? enabled : metrics;
  if (prometheus === undefined) return { configuration, names };
  const { source } = configuration;
  if (source.kind !== 'prometheus') {
    throw new RangeError(
      `--prometheus replaces the URL of a Prometheus source, but the configured source is "${source.kind}"`,
    );
  }
  return { configuration: { ...configuration, source: { ...source, url: prometheus } }, names };
}

/**
 * Training from a file needs no server: the metric takes its settings from the configuration, otherwise the defaults, and
 * results are written to files.
 */
async function planOfFile(
  csv: string,
  metrics: readonly string[],
  options: TrainOptions,
): Promise<TrainingPlan> {
  const [name = metricNameOf(csv), ...others] = metrics;
  if (others.length > 0)
    throw new RangeError(
      `A CSV file contains one metric: name one, as in "tidemark train ${name} --csv FILE"`,
    );
  const labelColumns = options.seriesColumns?.split(',').map((column) => column.trim());
  const columns = labelColumns === undefined ? {} : { labelColumns };
  const plain = configurationSchema.parse({
    source: { kind: 'csv', path: resolve(csv), ...columns },
    metrics: [{ name }],
  });
  const isMissing = options.config === DEFAULT_CONFIGURATION && !existsSync(options.config);
  const written = isMissing ? plain : await loadForCommand(options.config);
  const known = written.metrics.find((metric) => metric.name === name);
  const source =
    written.source.kind === 'csv' && plain.source.kind === 'csv'
      ? { ...written.source, path: plain.source.path, ...columns }
      : plain.source;
  return {
    configuration: {
      ...written,
      source,
      results: plain.results,
      metrics: known === undefined ? plain.metrics : [known],
    },
    names: [name],
  };
}

/** A metric name from a file name: `cpu usage.csv.gz` becomes `cpu_usage`. */
function metricNameOf(csv: string): string {
  const name = basename(csv)
    .replace(/\.csv(\.gz)?$/i, '')
    .replaceAll(/[^\w.:-]/g, '_')
    .slice(0, 100);
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`.slice(0, 100);
}

/** The end of the history, Unix seconds: as requested, otherwise the end of recorded history, otherwise now. */
async function endSeconds({ to }: TrainOptions, source: SeriesSource): Promise<number> {
  const requested = instantOf('--to', to);
  if (requested !== undefined) return requested;
  if (source.recordedUntilSeconds === undefined) return Date.now() / 1000;
  const last = (await source.recordedUntilSeconds()) ?? 0;
  // The end of the day, so that the last step is complete at any step length.
  return Math.floor(last / 86_400 + 1) * 86_400;
}

function print(summary: TrainingSummary, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(jsonOf(summary), undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const outcome of summary.metrics)
    process.stdout.write(`${trainingLines(outcome, paint).join('\n')}\n`);
}

/** The outcomes without the models, which are long. */
function jsonOf({ timeSeconds, metrics }: TrainingSummary): object {
  return {
    time: new Date(timeSeconds * 1000).toISOString(),
    metrics: metrics.map(({ series, ...metric }) => ({
      ...metric,
      series: series.map(({ key, labels, quality, decision, fitted }) => ({
        key,
        labels,
        kind: fitted?.kind,
        skill: fitted?.skill,
        ...decision,
        quality,
      })),
    })),
  };
}

/** `tidemark train`. */
export function trainCommand(): Command {
  const command = new Command('train')
    .description(
      'fit models to the history of metrics, and promote those that are no worse than the models in use',
    )
    .argument('[metrics...]', 'names of the metrics; default: all enabled metrics')
    .option('-c, --config <file>', 'configuration file', DEFAULT_CONFIGURATION)
    .option('--prometheus <url>', 'URL of a Prometheus that replaces the configured one')
    .option(
      '--csv <file>',
      'read the history of one metric from a CSV file with the columns timestamp and value',
    )
    .option('--series-columns <names>', SERIES_COLUMNS_HELP)
    .option('--to <time>', 'end of the history; default: now (recorded history: its last day)')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark train
  tidemark train cpu_usage --prometheus http://127.0.0.1:9090
  tidemark train --csv cpu_usage.csv --series-columns host

Exit codes: 0 trained, 1 a metric failed (the others are trained).`,
    )
    .action(async (metrics: string[], options: TrainOptions) => {
      process.exitCode = await trainCommandLine(metrics, options);
    });
  addFormerName(command, '--labels <names>', '--series-columns');
  return addFormerName(command, '--until <time>', '--to');
}
