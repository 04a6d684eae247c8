import { Command } from 'commander';
import { composeAlertHistory } from '../../lib/compose/alert-history.ts';
import type { RecordedIncident } from '../../lib/results/alert-history.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import { evaluationContext } from '../evaluation/history-options.ts';
import { loadForCommand } from '../load-configuration.ts';
import { durationOption } from '../terminal/duration-option.ts';
import { incidentJson } from '../terminal/incident-json.ts';
import { paintFor } from '../terminal/style.ts';

interface AlertsOptions {
  readonly config: string;
  readonly open: boolean;
  readonly since: number;
  readonly metric?: string;
  readonly json: boolean;
}

async function alertsCommandLine({ config, open, since, metric, json }: AlertsOptions): Promise<void> {
  const configuration = await loadForCommand(config);
  const alerts = await composeAlertHistory(configuration, evaluationContext());
  const incidents = (await alerts.incidents(Date.now() / 1000 - since)).filter(
    (incident) => (!open || !incident.isOver) && (metric === undefined || incident.metric === metric),
  );
  const text = json ? [JSON.stringify(incidents.map(jsonOf), undefined, 2)] : linesOf(incidents);
  for (const line of text) process.stdout.write(`${line}\n`);
}

function jsonOf(incident: RecordedIncident) {
  const { isOver, isSimulated } = incident;
  return { ...incidentJson(incident), state: isOver ? 'resolved' : 'open', simulated: isSimulated };
}

function linesOf(incidents: readonly RecordedIncident[]): string[] {
  const paint = paintFor(process.stdout);
  const openCount = incidents.filter(({ isOver }) => !isOver).length;
  return [
    ...incidents.flatMap(({ incidentId, metric, labels, onsetSeconds, endSeconds, isOver, explanation }) => [
      `${isOver ? paint('green', '✔ resolved') : paint(['red', 'bold'], '● open    ')}  ${utcMinute(onsetSeconds)}` +
        `${isOver ? ` to ${utcMinute(endSeconds)}` : ''}  ${paint('bold', metric)}${seriesKey(labels)}  ${paint('dim', incidentId)}`,
      `  ${explanation}`,
    ]),
    incidents.length === 0
      ? 'No alerts in that time.'
      : `${incidents.length} ${incidents.length === 1 ? 'incident' : 'incidents'}, ${openCount} open. ` +
        'Say whether one was right: tidemark feedback <id> confirmed|false-alarm',
  ];
}

/** `tidemark alerts`. */
export function alertsCommand(): Command {
  return new Command('alerts')
    .description('list incidents with their onset, state and sentence')
    .option('--open', 'only open ones', false)
    .option('--since <duration>', 'how far back', durationOption, 7 * 86_400)
    .option('--metric <name>', 'only this metric')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      `
Times are UTC. The result store must be InfluxDB or NDJSON.

Examples:
  tidemark alerts --open
  tidemark alerts --since 30d --metric cpu_usage --json`,
    )
    .action(alertsCommandLine);
}
