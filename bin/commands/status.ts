import { Command } from 'commander';
import { composeObjects, composeTick } from '../../lib/compose.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { ShardStateStore } from '../../lib/pipeline/shard-state-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { paintFor } from '../terminal/style.ts';

interface StatusOptions {
  readonly config: string;
  readonly json: boolean;
}

async function status({ config, json }: StatusOptions): Promise<number> {
  const { configuration } = loadConfiguration({ file: config, environment: process.env });
  const surroundings = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  await using tick = await composeTick(configuration, surroundings);
  const { source, results, alerts } = tick.ports;
  const objects = composeObjects(configuration, surroundings);
  const connections = await Promise.all([source, results, objects, ...alerts].map((port) => port.check()));
  const states = new ShardStateStore(objects);
  const metrics = [];
  for (let shard = 0; shard < configuration.schedule.shards; shard += 1) {
    const state = await states.read(shard);
    for (const [name, { watermarkSeconds, series }] of state.metrics) {
      const scoredUpTo = new Date(watermarkSeconds * 1000).toISOString();
      metrics.push({ name, shard, series: series.size, scoredUpTo, alertsWaiting: state.outbox.length });
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ connections, metrics }, undefined, 2)}\n`);
  else {
    const paint = paintFor(process.stdout);
    for (const { service, isUp, detail } of connections) {
      const state = isUp ? paint('green', 'up  ') : paint('red', 'down');
      process.stdout.write(`${service.padEnd(14)} ${state}  ${detail}\n`);
    }
    for (const { name, series, scoredUpTo } of metrics) {
      process.stdout.write(`${name.padEnd(24)} ${series} series, scored up to ${scoredUpTo}\n`);
    }
    if (metrics.length === 0)
      process.stdout.write('No metric has been scored yet: start with "tidemark monitor".\n');
  }
  return connections.every(({ isUp }) => isUp) ? 0 : 1;
}

/** `tidemark status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('how the source, the stores and the states are; exits with 1 when something is down')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(async (options: StatusOptions) => {
      process.exitCode = await status(options);
    });
}
