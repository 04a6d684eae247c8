import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { composeHistory } from '../../lib/compose/source.ts';
import type { FittedModel, ModelSet, TrainedSeries } from '../../lib/models/model-set.ts';
import { describeProphet } from '../../lib/prophet/describe.ts';
import { isProphetModel } from '../../lib/prophet/model.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { addFormerName } from '../former-option-name.ts';
import { loadForCommand } from '../load-configuration.ts';
import { modelReport } from '../model-report.ts';
import { modelFacts, modelLines, seriesLines } from '../terminal/model-view.ts';
import { paintFor } from '../terminal/style.ts';
import { modelSetOf } from './model-store.ts';

const WEEK_SECONDS = 604_800;

interface ModelOptions {
  readonly config: string;
  readonly json: boolean;
  readonly version?: string;
  readonly plot?: string;
}

async function show(metric: string, wanted: string | undefined, options: ModelOptions): Promise<void> {
  const set = await modelSetOf(metric, options.version, options.config);
  const found = wanted === undefined ? set.series : matching(set, wanted);
  const [series, ...others] = found;
  if (series === undefined || others.length > 0) {
    if (options.plot !== undefined)
      throw new RangeError(
        `--plot draws one series, but ${found.length} match. Name one of them:\n${found.map(({ key }) => `  ${key}`).join('\n')}`,
      );
    print(
      options.json
        ? found.map((one) => jsonOf(set, one))
        : seriesLines({ ...set, series: found }, paintFor(process.stdout)),
    );
    return;
  }
  if (options.plot !== undefined) {
    if (series.fitted === undefined) throw new RangeError(`${series.key} has no model to draw`);
    const actual = await lastWeek(set, series, series.fitted, options.config);
    const facts = modelFacts(set, series);
    await writeFile(options.plot, modelReport(`${metric} ${series.key}`, facts, series.fitted, actual));
  }
  print(options.json ? jsonOf(set, series) : modelLines(set, series, paintFor(process.stdout)));
  if (options.plot !== undefined && !options.json) process.stdout.write(`  Plot: ${options.plot}\n`);
}

/** The series with this key, otherwise all whose key contains the text. */
function matching({ metric, series }: ModelSet, wanted: string): TrainedSeries[] {
  const exact = series.filter(({ key }) => key === wanted);
  const found = exact.length > 0 ? exact : series.filter(({ key }) => key.includes(wanted));
  if (found.length > 0) return found;
  throw new RangeError(
    `"${metric}" has no series with "${wanted}" in its labels: "tidemark model show ${metric}" lists its series`,
  );
}

/** The samples of the model's last week; undefined when the source no longer has them or fails. */
async function lastWeek(
  { metric }: ModelSet,
  { key }: TrainedSeries,
  { trainedUntilSeconds }: FittedModel,
  config: string,
): Promise<Samples | undefined> {
  const configuration = await loadForCommand(config);
  const settings = configuration.metrics.find(({ name }) => name === metric);
  if (settings === undefined) return undefined;
  const stepSeconds = settings.model.stepSeconds;
  const endSeconds = Math.floor(trainedUntilSeconds / stepSeconds) * stepSeconds;
  const runtime = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => 10_000,
  };
  try {
    const source = await composeHistory(configuration, runtime);
    const { series } = await source.queryRange({
      query: settings.query,
      labels: settings.labels,
      startSeconds: endSeconds - WEEK_SECONDS,
      endSeconds,
      stepSeconds,
    });
    return series.find(({ labels }) => seriesKey(labels) === key)?.samples;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The plot shows no measured values: ${reason}\n`);
    return undefined;
  }
}

function jsonOf({ metric, version }: ModelSet, { fitted, ...series }: TrainedSeries): object {
  return {
    metric,
    version,
    ...series,
    kind: fitted?.kind,
    skill: fitted?.skill,
    trainedUntilSeconds: fitted?.trainedUntilSeconds,
    fittedIn: fitted === undefined ? undefined : (fitted.carriedFrom ?? version),
    ...(isProphetModel(fitted?.model) ? { description: describeProphet(fitted.model) } : {}),
  };
}

function print(content: object | readonly string[]): void {
  const isLines = Array.isArray(content) && content.every((line) => typeof line === 'string');
  process.stdout.write(`${isLines ? content.join('\n') : JSON.stringify(content, undefined, 2)}\n`);
}

/** `tidemark model`. */
export function modelCommand(): Command {
  const model = new Command('model').description('what a model has learnt');
  const showCommand = model
    .command('show')
    .description(
      'trend, changepoints, seasonality, noise and quality of a series, and why its model is in use',
    )
    .argument('<metric>', 'name of the metric')
    .argument('[series]', 'labels of the series, or part of them; default: a summary of all series')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--version <version>', 'version from "tidemark models list"; default: the version in use')
    .option('--plot <file>', 'also write an HTML page with charts')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark model show cpu_usage
  tidemark model show cpu_usage web-1 --plot web-1.html`,
    )
    .action(show);
  addFormerName(showCommand, '--of <version>', '--version');
  return model;
}
