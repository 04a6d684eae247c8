import { Command } from 'commander';
import { isoTime } from '../../lib/alerts/alert-text.ts';
import { composeObjects } from '../../lib/compose/objects.ts';
import { composeTick } from '../../lib/compose/tick.ts';
import type { Trouble } from '../../lib/connections/connection-health.ts';
import {
  type ConnectionStatus,
  type InstallationStatus,
  installationStatus,
} from '../../lib/pipeline/tick/installation-status.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { loadForCommand } from '../load-configuration.ts';
import { statusLines } from '../terminal/status-view.ts';
import { paintFor } from '../terminal/style.ts';

interface StatusOptions {
  readonly config: string;
  readonly json: boolean;
}

async function status({ config, json }: StatusOptions): Promise<number> {
  const configuration = await loadForCommand(config);
  const runtime = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  await using tick = await composeTick(configuration, runtime);
  const objects = composeObjects(configuration, runtime);
  const found = await installationStatus(tick.ports, objects, configuration.schedule.shards);
  const text = json
    ? JSON.stringify(asJson(found), undefined, 2)
    : statusLines(found, paintFor(process.stdout)).join('\n');
  process.stdout.write(`${text}\n`);
  const isDown = found.connections.some((one) => !one.isUp || one.overTicks?.state === 'down');
  const isSilent = found.unscored.some(({ state }) => state === 'silent');
  return isDown || isSilent || found.problems.length > 0 ? 1 : 0;
}

/** Times as ISO 8601; `overTicks` is null for a connection that no tick has used yet. */
function asJson({
  connections,
  metrics,
  unscored,
  notes,
  lastNotedSeconds,
  problems,
}: InstallationStatus): object {
  return {
    connections: connections.map((connection) => ({ ...connection, overTicks: overTicks(connection) })),
    metrics: metrics.map(({ watermarkSeconds, ...metric }) => ({
      ...metric,
      scoredUpTo: isoTime(watermarkSeconds),
    })),
    unscored: unscored.map(({ metric, state, lastScoredSeconds, reason }) => ({
      metric,
      state,
      since: isoTime(lastScoredSeconds),
      reason,
    })),
    notes: notes.map(({ sinceSeconds, lastSeconds, ...note }) => ({
      ...note,
      since: isoTime(sinceSeconds),
      last: isoTime(lastSeconds),
    })),
    lastNoted: lastNotedSeconds === undefined ? null : isoTime(lastNotedSeconds),
    problems,
  };
}

function overTicks({ overTicks: seen }: ConnectionStatus): object | null {
  if (seen === undefined) return null;
  const { shard, state, sinceSeconds, trouble, lastTrouble } = seen;
  return {
    shard,
    state,
    since: isoTime(sinceSeconds),
    trouble: trouble === undefined ? null : troubleAsJson(trouble),
    lastTrouble:
      lastTrouble === undefined
        ? null
        : { ...troubleAsJson(lastTrouble), until: isoTime(lastTrouble.untilSeconds) },
  };
}

function troubleAsJson({ state, sinceSeconds, ticks, troubles, reason }: Trouble): object {
  return { state, since: isoTime(sinceSeconds), ticks, troubles, reason };
}

/** `tidemark status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('show the state of the source, the stores and the metrics, now and over past ticks')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExit codes: 0 all up, 1 something is down, silent or unreadable.')
    .action(async (options: StatusOptions) => {
      process.exitCode = await status(options);
    });
}
