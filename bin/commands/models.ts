import { Command } from 'commander';
import { composeObjects } from '../../lib/compose.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { ModelStore } from '../../lib/models/model-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { paintFor } from '../terminal/style.ts';
import { countsOf } from '../terminal/training-view.ts';

interface ModelsOptions {
  readonly config: string;
  readonly json: boolean;
}

/** The store of models that a configuration names. */
export function modelStoreOf(config: string): ModelStore {
  const { configuration } = loadConfiguration({ file: config, environment: process.env });
  const surroundings = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  return new ModelStore(composeObjects(configuration, surroundings));
}

async function list({ config, json }: ModelsOptions): Promise<void> {
  const store = modelStoreOf(config);
  const { champions } = await store.champions();
  const metrics = [];
  for (const [metric, champion] of champions) {
    const loaded = await store.loadChampion(metric, champion);
    metrics.push({
      metric,
      champion: champion.version,
      since: new Date(champion.sinceSeconds * 1000).toISOString(),
      versions: (await store.versions(metric)).toReversed(),
      canRollBackTo: champion.history,
      isStale: loaded?.isStale ?? true,
      problems: loaded?.problems ?? ['No version can be read'],
      series: loaded === undefined ? 'none' : countsOf(loaded.set.series),
    });
  }
  if (json) {
    process.stdout.write(`${JSON.stringify({ metrics }, undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const { metric, champion, since, versions, canRollBackTo, problems, series } of metrics) {
    process.stdout.write(`${paint('bold', metric)}  ${series}\n`);
    for (const problem of problems) process.stdout.write(`  ${paint('red', problem)}\n`);
    for (const version of versions) {
      const isOld = canRollBackTo.includes(version) ? 'can be rolled back to' : 'not in use';
      const state = version === champion ? paint('green', `in use since ${since}`) : isOld;
      process.stdout.write(`  ${version}  ${state}\n`);
    }
  }
  if (metrics.length === 0) process.stdout.write('No models are in use yet: start with "tidemark train".\n');
}

async function rollback(
  metric: string,
  { config, json, to }: ModelsOptions & { readonly to?: string },
): Promise<void> {
  const champion = await modelStoreOf(config).rollback(metric, to, Math.floor(Date.now() / 1000));
  process.stdout.write(
    json
      ? `${JSON.stringify({ metric, ...champion }, undefined, 2)}\n`
      : `${metric} is back at ${champion.version}\n`,
  );
}

/** `tidemark models`. */
export function modelsCommand(): Command {
  const models = new Command('models').description('the versions of the models, and which are in use');
  models
    .command('list')
    .description('every version of every metric, the newest first')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(list);
  models
    .command('rollback')
    .description('put a metric back to the version before, or to a named one; the next ticks use it')
    .argument('<metric>', 'its name')
    .option('--to <version>', 'one of those that "tidemark models list" shows')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(rollback);
  return models;
}
