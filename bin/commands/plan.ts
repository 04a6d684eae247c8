import { Command } from 'commander';
import { composeHistory } from '../../lib/compose/source.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import { type AlertChanges, alertChanges, type ComparedAlert } from '../../lib/evaluation/alert-changes.ts';
import { backtest } from '../../lib/pipeline/evaluation/backtest.ts';
import { historyEnd } from '../../lib/pipeline/evaluation/evaluated-metric.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import { evaluationContext, instantOf, openConfigured } from '../evaluation/history-options.ts';
import { loadForCommand } from '../load-configuration.ts';
import { paintFor } from '../terminal/style.ts';

const DAY_SECONDS = 86_400;
const WINDOW_SECONDS = 14 * DAY_SECONDS;
/** History before the window, from which the detectors learn. */
const LEAD_SECONDS = 14 * DAY_SECONDS;
/** Alerts on one series within this time count as the same; an incident needs as long to resolve. */
const SAME_ALERT_SECONDS = 1800;

interface PlanOptions {
  readonly config: string;
  readonly metric?: string;
  readonly to?: string;
  readonly json: boolean;
}

interface PlannedAlert extends ComparedAlert {
  readonly metric: string;
  readonly kind: string;
  readonly explanation: string;
}

async function planCommandLine(changedFile: string, options: PlanOptions): Promise<number> {
  const inForce = await loadForCommand(options.config);
  const endSeconds =
    instantOf('--to', options.to) ??
    (await historyEnd(await composeHistory(inForce, evaluationContext()), Date.now() / 1000));
  const before = await alertsUnder(inForce, options, endSeconds);
  const after = await alertsUnder(await loadForCommand(changedFile), options, endSeconds);
  const changes = alertChanges(before, after, SAME_ALERT_SECONDS);
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(changes), undefined, 2)}\n`);
  else printChanges(changes, endSeconds);
  return 0;
}

async function alertsUnder(
  configuration: Configuration,
  { metric }: PlanOptions,
  endSeconds: number,
): Promise<PlannedAlert[]> {
  const fromSeconds = endSeconds - WINDOW_SECONDS;
  const window = {
    from: new Date(fromSeconds * 1000).toISOString(),
    to: new Date(endSeconds * 1000).toISOString(),
    ...(metric === undefined ? {} : { metric }),
  };
  const { histories, warnings } = await openConfigured(configuration, window, LEAD_SECONDS);
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const planned: PlannedAlert[] = [];
  for (const { name, ...watching } of histories) {
    for (const { key, event } of await backtest({ ...watching, fromSeconds })) {
      if (event.kind === 'resolved') continue;
      const { kind, explanation, verdict } = event;
      planned.push({
        metric: name,
        key: `${name}${key}`,
        timeSeconds: verdict.timeSeconds,
        kind,
        explanation,
      });
    }
  }
  return planned.sort((one, other) => one.timeSeconds - other.timeSeconds);
}

function jsonOf({ kept, gained, lost }: AlertChanges<PlannedAlert>): object {
  const rows = (alerts: readonly PlannedAlert[]) =>
    alerts.map(({ timeSeconds, key: series, ...rest }) => ({
      time: new Date(timeSeconds * 1000).toISOString(),
      series,
      ...rest,
    }));
  return { kept: kept.length, gained: rows(gained), lost: rows(lost) };
}

function printChanges({ kept, gained, lost }: AlertChanges<PlannedAlert>, endSeconds: number): void {
  const until = utcMinute(endSeconds);
  const paint = paintFor(process.stdout);
  const line = (sign: string, { timeSeconds, key, explanation }: PlannedAlert): string => {
    const time = utcMinute(timeSeconds);
    return `${paint(sign === '+' ? 'green' : 'red', sign)} ${time}  ${key}  ${explanation}\n`;
  };
  const changed = [
    ...gained.map((alert) => ({ sign: '+', alert })),
    ...lost.map((alert) => ({ sign: '-', alert })),
  ].sort((one, other) => one.alert.timeSeconds - other.alert.timeSeconds);
  for (const { sign, alert } of changed) process.stdout.write(line(sign, alert));
  process.stdout.write(
    `In the 14 days up to ${until} UTC: ${gained.length} gained, ${lost.length} lost, ${kept.length} unchanged.\n`,
  );
}

/** `tidemark plan`. */
export function planCommand(): Command {
  return new Command('plan')
    .description('compare the configuration with a changed one: alerts gained and lost in the last 14 days')
    .argument('<changed>', 'changed configuration file')
    .option('-c, --config <file>', 'current configuration file', 'config/config.yaml')
    .option('--metric <name>', 'only this metric; default: all enabled metrics')
    .option('--to <time>', 'end of the 14 days; default: now (recorded history: its last sample)')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Examples:
  tidemark plan config/quieter.yaml
  tidemark plan config/quieter.yaml --metric cpu_usage --json`,
    )
    .action(async (changed: string, options: PlanOptions) => {
      process.exitCode = await planCommandLine(changed, options);
    });
}
