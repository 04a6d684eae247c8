import { isoTime } from '../../lib/alerts/alert-text.ts';
import type {
  ConnectionStatus,
  InstallationStatus,
  ShardNote,
} from '../../lib/pipeline/tick/installation-status.ts';
import type { MetricHealth } from '../../lib/pipeline/tick/metric-health.ts';
import type { Paint } from './style.ts';

const NAME_WIDTH = 14;
const METRIC_WIDTH = 24;
const colours = { up: 'green', degraded: 'yellow', down: 'red' } as const;

/** The status as lines of text. */
export function statusLines(
  { connections, metrics, unscored, notes, lastNotedSeconds, problems }: InstallationStatus,
  paint: Paint,
): string[] {
  const lines = connections.flatMap((connection) => connectionLines(connection, paint));
  lines.push(...problems.map((problem) => paint('red', problem)));
  lines.push(
    ...metrics.map(
      ({ name, series, watermarkSeconds }) =>
        `${name.padEnd(METRIC_WIDTH)} ${series} series, scored up to ${isoTime(watermarkSeconds)}`,
    ),
  );
  lines.push(...unscored.map((metric) => unscoredLine(metric, paint)), ...notes.map(noteLine));
  if (metrics.length > 0 || unscored.length > 0 || problems.length > 0) return lines;
  return [
    ...lines,
    lastNotedSeconds === undefined
      ? 'No tick has run here yet: start with "tidemark monitor", or check that the rule of the deployment is enabled.'
      : `Ticks have run, the last recorded one at ${isoTime(lastNotedSeconds)}, but no metric has been scored yet.`,
  ];
}

function unscoredLine({ metric, state, lastScoredSeconds, reason }: MetricHealth, paint: Paint): string {
  const shown = paint(state === 'silent' ? 'red' : 'yellow', state);
  return `${metric.padEnd(METRIC_WIDTH)} ${shown} since ${isoTime(lastScoredSeconds)}: ${reason}`;
}

function noteLine({ kind, count, sinceSeconds, lastSeconds, reason }: ShardNote): string {
  return `${kind.padEnd(METRIC_WIDTH)} ${count} from ${isoTime(sinceSeconds)} to ${isoTime(lastSeconds)}: ${reason}`;
}

function connectionLines({ service, isUp, detail, overTicks }: ConnectionStatus, paint: Paint): string[] {
  const now = isUp ? paint('green', 'up  ') : paint('red', 'down');
  const lines = [`${service.padEnd(NAME_WIDTH)} ${now}  ${detail}`];
  const indented = (text: string) => `${' '.repeat(NAME_WIDTH + 7)}${text}`;
  if (overTicks === undefined) return [...lines, indented(paint('dim', 'not called by any tick yet'))];
  const { state, sinceSeconds, trouble, lastTrouble, shard } = overTicks;
  const extent = trouble === undefined ? '' : `, ${counted(trouble.ticks, 'tick')}: ${trouble.reason}`;
  const of = shard === 0 ? '' : ` of shard ${shard}`;
  lines.push(
    indented(`${paint(colours[state], state)} for the ticks${of} since ${isoTime(sinceSeconds)}${extent}`),
  );
  if (state === 'up' && lastTrouble !== undefined)
    lines.push(
      indented(
        paint(
          'dim',
          `last ${lastTrouble.state} from ${isoTime(lastTrouble.sinceSeconds)} to ${isoTime(lastTrouble.untilSeconds)}, ` +
            `${counted(lastTrouble.ticks, 'tick')}: ${lastTrouble.reason}`,
        ),
      ),
    );
  return lines;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
