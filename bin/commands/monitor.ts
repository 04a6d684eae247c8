import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { type ComposedTick, composeTick } from '../../lib/compose/tick.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import type { TickSummary } from '../../lib/pipeline/tick/tick.ts';
import type { Logger } from '../../lib/telemetry/logger.ts';
import { textLogger } from '../../lib/telemetry/text-logger.ts';
import { loadForCommand } from '../load-configuration.ts';
import { alertLine, boardLines } from '../terminal/board-view.ts';
import { interruption } from '../terminal/interruption.ts';
import { Screen } from '../terminal/screen.ts';
import { SeriesBoard } from '../terminal/series-board.ts';
import { paintFor } from '../terminal/style.ts';

const BOARD_LENGTH = 60;

interface MonitorOptions {
  readonly config: string;
  readonly profile?: string;
  readonly once: boolean;
  readonly json: boolean;
}

async function monitor({ config, profile, once, json }: MonitorOptions): Promise<number> {
  const signal = interruption();
  const configuration = await loadForCommand(config, profile);
  using screen = json || once ? undefined : new Screen(process.stdout);
  const isLive = screen?.isLive === true;
  const logger = textLogger(process.stderr, isLive ? 'error' : configuration.telemetry.logLevel);
  const runtime = { logger, environment: process.env, remainingMilliseconds: () => Infinity };
  const wired = await composeTick(configuration, runtime);
  const board = new SeriesBoard(wired.ports.results, BOARD_LENGTH);
  await using tick = await composeTick(configuration, runtime, { ...wired.ports, results: board });
  const paint = paintFor(process.stdout);
  let printed = 0;
  let isAnythingWritten = false;
  const show = (summaries: readonly TickSummary[]) => {
    for (const summary of summaries) {
      if (summary.seriesScored > 0 && summary.recordsSpooled === 0) isAnythingWritten = true;
      if (json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      else if (!isLive) process.stdout.write(`${summaryLine(summary)}\n`);
    }
    if (screen !== undefined && isLive) screen.draw(boardLines(board, paint, screen.columns));
    else if (!json) {
      for (; printed < board.alerts.length; printed += 1)
        process.stdout.write(`${alertLine(board.alerts[printed]!, paint)}\n`);
    }
  };
  if (configuration.schedule.latency === 'low' && !once)
    await stay(tick, configuration, signal, show, logger);
  else {
    do {
      const { summaries, failures } = await tickAllShards(tick, configuration, logger, once);
      show(summaries);
      if (once && failures > 0) return 1;
      if (!once) await untilNextStep(configuration.schedule.stepSeconds, signal);
    } while (!once && !signal.aborted);
  }
  if (signal.aborted) return 130;
  if (!once || isAnythingWritten) return 0;
  process.stderr.write(
    'Nothing was scored and written: no query returned a series, no step is due, or the results wait in the spool.\n',
  );
  return 1;
}

/** Runs a tick of each shard as soon as a step is due, until Ctrl-C. */
async function stay(
  tick: ComposedTick,
  { schedule }: Configuration,
  signal: AbortSignal,
  show: (summaries: readonly TickSummary[]) => void,
  logger: Logger,
): Promise<void> {
  const shards = Array.from({ length: schedule.shards }, (_, shard) => shard);
  const ends = shards.map((shard) => tick.stay(shard, signal, (summary) => show([summary])));
  for (const end of await Promise.allSettled(ends)) {
    if (end.status === 'rejected')
      logger.warn('Could not store the last tick; the next start scores its steps again');
  }
}

async function tickAllShards(
  tick: ComposedTick,
  { schedule }: Configuration,
  logger: Logger,
  waitsForCopies: boolean,
): Promise<{ readonly summaries: readonly TickSummary[]; readonly failures: number }> {
  const summaries: TickSummary[] = [];
  let failures = 0;
  const nowSeconds = Date.now() / 1000;
  for (let shard = 0; shard < schedule.shards; shard += 1) {
    try {
      summaries.push(await tick.collectAndDetect(shard, nowSeconds, waitsForCopies));
    } catch (error) {
      // A full disk, a lock, a fault of S3: the state stays as it was stored, so the next tick scores the same steps.
      failures += 1;
      logger.error('The tick failed; the next one tries again', { shard, error });
    }
  }
  return { summaries, failures };
}

function summaryLine(summary: TickSummary): string {
  const time = new Date(summary.timeSeconds * 1000).toISOString().slice(11, 19);
  const faults = summary.faults.map(({ metric, reason }) => `\n  ${metric}: ${reason}`).join('');
  return `${time}  ${summary.seriesScored} series, ${summary.verdictsWritten} verdicts, ${summary.alertsDecided} alerts${faults}`;
}

/** Waits for the next multiple of the step, or for Ctrl-C. */
async function untilNextStep(stepSeconds: number, signal: AbortSignal): Promise<void> {
  const stepMilliseconds = stepSeconds * 1000;
  await pause(stepMilliseconds - (Date.now() % stepMilliseconds), undefined, { signal }).catch(() => {});
}

/** `tidemark monitor`. */
export function monitorCommand(): Command {
  return new Command('monitor')
    .description('monitor the configured metrics from this machine until Ctrl-C')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--profile <name>', 'profile that replaces the one in the configuration')
    .option('--once', 'run one tick and exit', false)
    .option('--json', 'print one JSON object per tick', false)
    .addHelpText(
      'after',
      '\nExample:\n  TIDEMARK__RESULTS__KIND=ndjson tidemark monitor --config config/config.yaml',
    )
    .action(async (options: MonitorOptions) => {
      process.exitCode = await monitor(options);
    });
}
