import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { composeResultStore } from '../../lib/compose/results.ts';
import { evaluationJson } from '../../lib/evaluation/evaluation-json.ts';
import { type FaultName, faultNames } from '../../lib/evaluation/faults/registry.ts';
import type { MetricEvaluation } from '../../lib/evaluation/metric-evaluation.ts';
import { reportHtml, reportTitle } from '../../lib/evaluation/report/report-html.ts';
import { evaluate } from '../../lib/pipeline/evaluation/evaluate.ts';
import { evaluationRecords } from '../../lib/pipeline/evaluation/evaluation-records.ts';
import type { ResultRecord } from '../../lib/results/result-store.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';

import {
  type HistoryOptions,
  instantOf,
  openHistory,
  withHistoryOptions,
} from '../evaluation/history-options.ts';
import { openInBrowser } from '../evaluation/open-in-browser.ts';
import { readReportAssets } from '../evaluation/report-assets.ts';
import { loadForCommand } from '../load-configuration.ts';
import { cardLines } from '../terminal/card-view.ts';
import { paintFor } from '../terminal/style.ts';

interface EvaluateOptions extends HistoryOptions {
  readonly budget?: number;
  readonly kinds: readonly FaultName[];
  readonly injections: number;
  readonly seed: number;
  readonly judgeFrom?: string;
  readonly json: boolean;
  readonly report?: string;
  readonly open: boolean;
  readonly write: boolean;
}

async function evaluateCommandLine(options: EvaluateOptions): Promise<number> {
  const { histories, source, warnings } = await openHistory(options, 0);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const evaluations: MetricEvaluation[] = [];
  const records: ResultRecord[] = [];
  for (const history of histories) {
    const settings = {
      ...history.monitor.settings,
      ...(options.budget === undefined ? {} : { falseAlertsPerWeek: options.budget }),
    };
    const { kinds, injections, seed } = options;
    const monitor = { ...history.monitor, settings };
    const fromSeconds = instantOf('--judge-from', options.judgeFrom);
    const evaluation = await evaluate({ ...history, monitor, fromSeconds, kinds, injections, seed });
    evaluations.push(evaluation);
    records.push(...evaluationRecords(evaluation, history.isSimulated));
  }
  if (options.json)
    process.stdout.write(`${JSON.stringify(evaluations.map(evaluationJson), undefined, 2)}\n`);
  else {
    const paint = paintFor(process.stdout);
    process.stdout.write(`${evaluations.map((one) => cardLines(one, paint).join('\n')).join('\n\n')}\n`);
  }
  writeReport(evaluations, source, options);
  if (options.write) await writeRecords(records, options.config);
  const isEverythingEvaluated =
    evaluations.length > 0 && evaluations.every(({ series }) => series.length > 0);
  return isEverythingEvaluated ? 0 : 1;
}

function writeReport(
  evaluations: readonly MetricEvaluation[],
  source: string,
  options: EvaluateOptions,
): void {
  if (options.report === undefined && !options.open) return;
  const file = resolve(options.report ?? join(tmpdir(), `tidemark-evaluation-${process.pid}.html`));
  const head = {
    title: reportTitle(evaluations.map(({ card }) => card.metric)),
    source,
    madeAtSeconds: Date.now() / 1000,
    command: `tidemark ${process.argv.slice(2).join(' ')}`,
  };
  writeFileSync(file, reportHtml(evaluations, head, readReportAssets()));
  process.stderr.write(`Report: ${pathToFileURL(file).href}\n`);
  if (options.open) openInBrowser(file);
}

/** Writes the figures to the result store. */
async function writeRecords(records: readonly ResultRecord[], file: string): Promise<void> {
  const configuration = await loadForCommand(file);
  await using store = await composeResultStore(configuration, {
    logger: textLogger(process.stderr, 'info'),
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  });
  await store.write(records);
  process.stderr.write(`${records.length} records written to ${store.name}\n`);
}

/** Parses a number above 0 from the command line. */
export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number)))
    throw new InvalidArgumentError('It must be a number above 0.');
  return number;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!(Number.isSafeInteger(number) && number >= 0))
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return number;
}

function kindsOf(text: string): FaultName[] {
  return text.split(',').map((part) => {
    const name = faultNames.find((known) => known === part.trim());
    if (name === undefined)
      throw new InvalidArgumentError(`"${part.trim()}" is unknown. Known kinds: ${faultNames.join(', ')}.`);
    return name;
  });
}

/** `tidemark evaluate`. */
export function evaluateCommand(): Command {
  return withHistoryOptions(new Command('evaluate'))
    .description(
      'inject faults into real history and report how many are found, how soon, and the false alerts',
    )
    .option('--budget <number>', 'false alerts per series and week; default: configured', positiveNumber)
    .option('--from <time>', 'start of the history; default: 28 days ago')
    .option('--to <time>', 'end of the history; default: now')
    .option('--judge-from <time>', 'end of the warm-up; default: one week after the start')
    .option('--champion', 'use the models in use now instead of the models that each night would have fitted')
    .option('--kinds <names>', `faults to inject: ${faultNames.join(', ')}`, kindsOf, faultNames)
    .option('--injections <number>', 'injections per series', wholeNumber, 200)
    .option('--seed <number>', 'random seed: the same seed gives the same injections', wholeNumber, 1)
    .option('--report <file>', 'write an HTML report as one file that needs no network')
    .option('--open', 'open the report in the browser', false)
    .option('--write', 'write the figures to the result store, for the dashboard', false)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark evaluate --csv requests.csv --report report.html
  tidemark evaluate --csv kpi.csv --label-column label --budget 0.5
  tidemark evaluate --metric cpu_usage --open

Exit codes: 0 evaluated, 1 a metric has no samples.`,
    )
    .action(async (options: EvaluateOptions) => {
      process.exitCode = await evaluateCommandLine(options);
    });
}
