import { Command } from 'commander';
import { backtest } from '../../lib/pipeline/evaluation/backtest.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import {
  type HistoryOptions,
  instantOf,
  openHistory,
  withHistoryOptions,
} from '../evaluation/history-options.ts';
import { paintFor } from '../terminal/style.ts';

/** History before the window, from which the detector and the first models learn. */
const LEAD_SECONDS = 14 * 86_400;

interface BacktestOptions extends HistoryOptions {
  readonly json: boolean;
}

async function backtestCommandLine(options: BacktestOptions): Promise<number> {
  const { histories, warnings } = await openHistory(options, LEAD_SECONDS);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const untilSeconds = instantOf('--to', options.to) ?? Infinity;
  const shown = [];
  for (const { name: metric, series, ...watching } of histories) {
    const first = Math.min(...series.map(({ samples }) => samples.timesSeconds[0] ?? Infinity));
    const fromSeconds = instantOf('--from', options.from) ?? first + LEAD_SECONDS;
    const alerts = await backtest({ ...watching, series, fromSeconds });
    for (const alert of alerts)
      if (alert.event.verdict.timeSeconds <= untilSeconds) shown.push({ metric, ...alert });
  }
  const paint = paintFor(process.stdout);
  const onsets = shown.filter(({ event }) => event.kind !== 'resolved').length;
  if (options.json) {
    const rows = shown.map(({ metric, labels, event }) => ({
      metric,
      labels,
      time: new Date(event.verdict.timeSeconds * 1000).toISOString(),
      kind: event.kind,
      value: event.verdict.value,
      score: event.verdict.score,
      explanation: event.explanation,
    }));
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return 0;
  }
  for (const { metric, key, event } of shown) {
    const time = utcMinute(event.verdict.timeSeconds);
    const kind = paint(event.kind === 'resolved' ? 'green' : 'red', event.kind.padEnd(10));
    process.stdout.write(`${time}  ${kind}  ${metric}${key}  ${event.explanation}\n`);
  }
  process.stdout.write(`${onsets} ${onsets === 1 ? 'alert' : 'alerts'} would have been sent.\n`);
  return 0;
}

/** `tidemark backtest`. */
export function backtestCommand(): Command {
  return withHistoryOptions(new Command('backtest'))
    .description('replay history under the configuration and list the alerts that would have been sent')
    .option('--from <time>', 'start; default: 28 days ago (CSV file: 14 days after its first sample)')
    .option('--to <time>', 'end; default: now (recorded history: its last sample)')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
The two weeks before the start are replayed too, so that the detector can learn.

Examples:
  tidemark backtest --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z
  tidemark backtest --csv requests.csv --json`,
    )
    .action(async (options: BacktestOptions) => {
      process.exitCode = await backtestCommandLine(options);
    });
}
