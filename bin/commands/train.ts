import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import { composeTraining } from '../../lib/compose/training.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { type Configuration, configurationSchema } from '../../lib/config/schema.ts';
import type { RetrainOutcome } from '../../lib/pipeline/retrain/run-retrain.ts';
import type { SeriesSource } from '../../lib/sources/series-source.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';
import { Screen } from '../terminal/screen.ts';
import { paintFor } from '../terminal/style.ts';
import { TrainingProgressView, trainingLines } from '../terminal/training-view.ts';

const DEFAULT_CONFIGURATION = 'config/config.yaml';

interface TrainOptions {
  readonly config: string;
  readonly prometheus?: string;
  readonly csv?: string;
  readonly labels?: string;
  readonly until?: string;
  readonly json: boolean;
}

async function trainCommandLine(metrics: readonly string[], options: TrainOptions): Promise<number> {
  const { configuration, names } = plan(metrics, options);
  const logger = textLogger(process.stderr, 'error');
  const runtime = { logger, environment: process.env, remainingMilliseconds: () => Infinity };
  await using training = await composeTraining(configuration, runtime);
  const timeSeconds = Math.floor(await untilSeconds(options, training.ports.source));
  const outcomes = await withProgress(names, options.json, (note) =>
    training.train({ timeSeconds, metrics: names }, (metric, seriesDone, seriesTotal) =>
      note({ metric, seriesDone, seriesTotal }),
    ),
  );
  print(timeSeconds, outcomes, options.json);
  const isNothingTrained = outcomes.length === 0;
  return isNothingTrained || outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function withProgress(
  metrics: readonly string[],
  isSilent: boolean,
  work: (note: TrainingProgressView['note']) => Promise<RetrainOutcome[]>,
): Promise<RetrainOutcome[]> {
  if (isSilent) return work(() => {});
  // Bars and lines go to the error stream, so that what is printed at the end can be piped.
  using screen = new Screen(process.stderr);
  const view = new TrainingProgressView(screen, metrics, (line) => process.stderr.write(`${line}\n`));
  return work((progress) => view.note(progress));
}

/** What is trained by which settings. */
interface TrainingPlan {
  readonly configuration: Configuration;
  readonly names: readonly string[];
}

function plan(metrics: readonly string[], options: TrainOptions): TrainingPlan {
  const { prometheus, csv, config } = options;
  if (prometheus !== undefined && csv !== undefined)
    throw new RangeError('--prometheus and --csv are two sources: name one of them');
  if (csv !== undefined) return planOfFile(csv, metrics, options);
  const { configuration } = loadConfiguration({ file: config, environment: process.env });
  const enabled = configuration.metrics.flatMap((metric) => (metric.enabled ? [metric.name] : []));
  const names = metrics.length === 0 ? enabled : metrics;
  if (prometheus === undefined) return { configuration, names };
  const { source } = configuration;
  if (source.kind !== 'prometheus') {
    throw new RangeError(
      `The configuration's source is "${source.kind}": --prometheus takes the place of a Prometheus only`,
    );
  }
  return { configuration: { ...configuration, source: { ...source, url: prometheus } }, names };
}

/**
 * A file needs no server: its metric has the settings of the configuration where that knows it, else the defaults, and what the
 * training did is recorded in files.
 */
function planOfFile(csv: string, metrics: readonly string[], options: TrainOptions): TrainingPlan {
  const [name = metricNameOf(csv), ...others] = metrics;
  if (others.length > 0)
    throw new RangeError(`A CSV file holds one metric: name it, as in "tidemark train ${name} --csv FILE"`);
  const labelColumns = options.labels?.split(',').map((label) => label.trim());
  const columns = labelColumns === undefined ? {} : { labelColumns };
  const plain = configurationSchema.parse({
    source: { kind: 'csv', path: resolve(csv), ...columns },
    metrics: [{ name }],
  });
  const isMissing = options.config === DEFAULT_CONFIGURATION && !existsSync(options.config);
  const written = isMissing
    ? plain
    : loadConfiguration({ file: options.config, environment: process.env }).configuration;
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

/** The file's name as the name of a metric: `cpu usage.csv.gz` is `cpu_usage`. */
function metricNameOf(csv: string): string {
  const name = basename(csv)
    .replace(/\.csv(\.gz)?$/i, '')
    .replaceAll(/[^\w.:-]/g, '_')
    .slice(0, 100);
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`.slice(0, 100);
}

/** What was asked for; without it the end of a recording, or now. */
async function untilSeconds({ until }: TrainOptions, source: SeriesSource): Promise<number> {
  if (until !== undefined) {
    const milliseconds = Date.parse(until);
    if (!Number.isNaN(milliseconds)) return milliseconds / 1000;
    throw new RangeError(`--until ${until} is not a point in time: write it like 2026-03-02T00:00:00Z`);
  }
  if (source.recordedUntilSeconds === undefined) return Date.now() / 1000;
  const last = (await source.recordedUntilSeconds()) ?? 0;
  // The day's end, so that the step of the last sample is whole whatever the step is.
  return Math.floor(last / 86_400 + 1) * 86_400;
}

function print(timeSeconds: number, outcomes: readonly RetrainOutcome[], isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(jsonOf(timeSeconds, outcomes), undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const outcome of outcomes) process.stdout.write(`${trainingLines(outcome, paint).join('\n')}\n`);
}

/** Without the models themselves, which are long and for machines. */
function jsonOf(timeSeconds: number, outcomes: readonly RetrainOutcome[]): object {
  return {
    time: new Date(timeSeconds * 1000).toISOString(),
    metrics: outcomes.map(({ series, ...metric }) => ({
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
  return new Command('train')
    .description('fit the models of metrics to their history, and put in use those that are no worse')
    .argument('[metrics...]', 'the metrics; all that are enabled when left out')
    .option('-c, --config <file>', 'the configuration', DEFAULT_CONFIGURATION)
    .option('--prometheus <url>', 'ask this Prometheus instead of the configured one')
    .option('--csv <file>', 'read the history of one metric from a file with the columns timestamp and value')
    .option('--labels <columns>', 'columns of the file that tell series apart, such as host,mode')
    .option('--until <time>', 'the end of the history; without it now, or the end of the file')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark train
  tidemark train cpu_usage --prometheus http://127.0.0.1:9090
  tidemark train --csv cpu_usage.csv --labels host

Exit codes: 0 trained, 1 a metric failed (the others are trained all the same).`,
    )
    .action(async (metrics: string[], options: TrainOptions) => {
      process.exitCode = await trainCommandLine(metrics, options);
    });
}
