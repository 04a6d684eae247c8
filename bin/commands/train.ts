import { Command } from 'commander';
import { composeTraining } from '../../lib/compose-training.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import type { TrainingSummary } from '../../lib/pipeline/training/train.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';
import { Screen } from '../terminal/screen.ts';
import { paintFor } from '../terminal/style.ts';
import { TrainingProgressView, trainingLines } from '../terminal/training-view.ts';

interface TrainOptions {
  readonly config: string;
  readonly prometheus?: string;
  readonly until?: string;
  readonly json: boolean;
}

async function trainCommandLine(metrics: readonly string[], options: TrainOptions): Promise<number> {
  const { configuration: written } = loadConfiguration({ file: options.config, environment: process.env });
  const configuration = withSource(written, options);
  const logger = textLogger(process.stderr, 'error');
  const surroundings = { logger, environment: process.env, remainingMilliseconds: () => Infinity };
  const training = await composeTraining(configuration, surroundings);
  const names = metrics.length === 0 ? undefined : metrics;
  const trained = names ?? configuration.metrics.flatMap(({ name, enabled }) => (enabled ? [name] : []));
  const summary = await withProgress(trained, options.json, (note) =>
    training.train(untilSeconds(options), names, note),
  );
  print(summary, options.json);
  return summary.metrics.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function withProgress(
  metrics: readonly string[],
  isSilent: boolean,
  work: (note: TrainingProgressView['note']) => Promise<TrainingSummary>,
): Promise<TrainingSummary> {
  if (isSilent) return work(() => {});
  // Bars and lines go to the error stream, so that what is printed at the end can be piped.
  using screen = new Screen(process.stderr);
  const view = new TrainingProgressView(screen, metrics, (line) => process.stderr.write(`${line}\n`));
  return work((progress) => view.note(progress));
}

/** The configuration with the source that the command line names. */
function withSource(configuration: Configuration, { prometheus }: TrainOptions): Configuration {
  if (prometheus === undefined) return configuration;
  const { source } = configuration;
  if (source.kind === 'prometheus') return { ...configuration, source: { ...source, url: prometheus } };
  throw new RangeError(
    `The configuration's source is "${source.kind}": --prometheus takes the place of a Prometheus only`,
  );
}

function untilSeconds({ until }: TrainOptions): number {
  if (until === undefined) return Date.now() / 1000;
  const milliseconds = Date.parse(until);
  if (Number.isNaN(milliseconds))
    throw new RangeError(`--until ${until} is not a point in time: write it like 2026-03-02T00:00:00Z`);
  return milliseconds / 1000;
}

function print(summary: TrainingSummary, isJson: boolean): void {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(jsonOf(summary), undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const metric of summary.metrics) process.stdout.write(`${trainingLines(metric, paint).join('\n')}\n`);
}

/** Without the models themselves, which are long and for machines. */
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
  return new Command('train')
    .description('fit the models of metrics to their history, and put in use those that are no worse')
    .argument('[metrics...]', 'the metrics; all that are enabled when left out')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--prometheus <url>', 'ask this Prometheus instead of the configured one')
    .option('--until <time>', 'the end of the history; now when left out')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark train
  tidemark train cpu_usage --prometheus http://127.0.0.1:9090

Exit codes: 0 trained, 1 a metric failed (the others are trained all the same).`,
    )
    .action(async (metrics: string[], options: TrainOptions) => {
      process.exitCode = await trainCommandLine(metrics, options);
    });
}
