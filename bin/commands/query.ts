import { Command } from 'commander';
import { composeVerdictHistory } from '../../lib/compose/verdict-history.ts';
import type { RecordedVerdict } from '../../lib/results/verdict-history.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { evaluationContext, instantOf, metricsOf } from '../evaluation/history-options.ts';
import { loadForCommand } from '../load-configuration.ts';
import { durationOption } from '../terminal/duration-option.ts';
import { paintFor } from '../terminal/style.ts';
import { verdictPlot } from '../terminal/verdict-plot.ts';

const DEFAULT_COLUMNS = 100;
/** More plots than these are a list of names to choose from. */
const MOST_PLOTS = 5;

interface QueryOptions {
  readonly config: string;
  readonly since: number;
  readonly to?: string;
  readonly table: boolean;
  readonly json: boolean;
}

async function queryCommandLine(
  metric: string,
  series: string | undefined,
  options: QueryOptions,
): Promise<void> {
  const configuration = await loadForCommand(options.config);
  metricsOf(configuration, metric);
  const verdicts = await composeVerdictHistory(configuration, evaluationContext());
  const bySeries = new Map<string, RecordedVerdict[]>();
  const endSeconds = instantOf('--to', options.to) ?? Math.ceil(Date.now() / 1000);
  const window = { metric, startSeconds: endSeconds - options.since, endSeconds };
  for await (const verdict of verdicts.verdicts(window)) {
    const key = seriesKey(verdict.labels);
    if (series !== undefined && !key.includes(series)) continue;
    const own = bySeries.get(key);
    if (own === undefined) bySeries.set(key, [verdict]);
    else own.push(verdict);
  }
  for (const own of bySeries.values()) own.sort((one, other) => one.timeSeconds - other.timeSeconds);
  if (options.json) {
    const rows = [...bySeries].map(([key, own]) => ({ series: key, verdicts: own.map(jsonOf) }));
    process.stdout.write(`${JSON.stringify({ metric, series: rows }, undefined, 2)}\n`);
    return;
  }
  for (const line of linesOf(metric, bySeries, options)) process.stdout.write(`${line}\n`);
}

function linesOf(
  metric: string,
  bySeries: ReadonlyMap<string, readonly RecordedVerdict[]>,
  options: QueryOptions,
): string[] {
  const paint = paintFor(process.stdout);
  if (bySeries.size === 0)
    return [
      `No verdicts of ${metric} in that time. Look further back with --since, or at "tidemark status" for what keeps it from being scored.`,
    ];
  const keys = [...bySeries.keys()].sort();
  const lines = keys.slice(0, MOST_PLOTS).flatMap((key) => {
    const own = bySeries.get(key) ?? [];
    const anomalous = own.filter((verdict) => verdict.anomalous).length;
    const heading = `${paint('bold', `${metric}${key}`)}  ${own.length} verdicts, ${anomalous} anomalous`;
    const shown = options.table
      ? own.map(tableLine)
      : verdictPlot(own, process.stdout.columns || DEFAULT_COLUMNS, paint);
    return [heading, ...(options.table ? [paint('dim', TABLE_HEADING)] : []), ...shown, ''];
  });
  const others = keys.slice(MOST_PLOTS);
  if (others.length > 0)
    lines.push(`${others.length} more series; name one: tidemark query ${metric} '${others[0]}'`);
  return lines;
}

const TABLE_HEADING = `${'time (UTC)'.padEnd(19)}  ${['value', 'expected', 'lower', 'upper', 'score'].map((name) => name.padStart(12)).join('')}  kind`;

function tableLine({
  timeSeconds,
  value,
  expected,
  lower,
  upper,
  score,
  kind,
  anomalous,
}: RecordedVerdict): string {
  const time = new Date(timeSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const numbers = [value, expected, lower, upper, score].map((one) =>
    (one === undefined ? '' : Number(one.toPrecision(5)).toString()).padStart(12),
  );
  return `${time}  ${numbers.join('')}  ${kind}${anomalous ? ' ▲' : ''}`;
}

function jsonOf({ metric: _, labels: __, timeSeconds, ...verdict }: RecordedVerdict) {
  return { time: new Date(timeSeconds * 1000).toISOString(), ...verdict };
}

/** `tidemark query`. */
export function queryCommand(): Command {
  return new Command('query')
    .description('draw the stored values of a metric with their band and anomalies')
    .argument('<metric>', 'name of a configured metric')
    .argument('[series]', 'part of the labels, such as instance="a:9100"; default: all series')
    .option('--since <duration>', 'how far back from --to', durationOption, 6 * 3600)
    .option('--to <time>', 'end; default: now')
    .option('--table', 'a line for each verdict instead of a plot', false)
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
• value, ● anomalous value, ░ band. Times are UTC. The result store must be InfluxDB or NDJSON.

Examples:
  tidemark query cpu_usage
  tidemark query cpu_usage 'instance="a:9100"' --since 2d
  tidemark query cpu_usage --table`,
    )
    .action(queryCommandLine);
}
