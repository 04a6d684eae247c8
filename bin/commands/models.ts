import { Command } from 'commander';
import { compareModels } from '../../lib/pipeline/models/compare-models.ts';
import { comparisonLines } from '../terminal/comparison-view.ts';
import { seriesLines, versionFacts } from '../terminal/model-view.ts';
import { paintFor } from '../terminal/style.ts';
import { countsOf } from '../terminal/training-view.ts';
import { modelSetOf, modelStoreOf } from './model-store.ts';

interface ModelsOptions {
  readonly config: string;
  readonly json: boolean;
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

async function show(
  metric: string,
  version: string | undefined,
  { config, json }: ModelsOptions,
): Promise<void> {
  const set = await modelSetOf(metric, version, config);
  if (json) {
    const series = set.series.map(({ fitted, ...one }) => ({
      ...one,
      kind: fitted?.kind,
      skill: fitted?.skill,
    }));
    process.stdout.write(`${JSON.stringify({ ...set, series }, undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  const facts = versionFacts(set).map(([name, text]) => `  ${name.padEnd(14)}  ${text}`);
  const lines = [paint('bold', `${metric} ${set.version}`), ...facts, ...seriesLines(set, paint)];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function diff(
  metric: string,
  one: string | undefined,
  other: string | undefined,
  { config, json }: ModelsOptions,
): Promise<void> {
  const { champions } = await modelStoreOf(config).champions();
  const [before] = champions.get(metric)?.history ?? [];
  if (one === undefined && before === undefined)
    throw new RangeError(
      `"${metric}" has no version before its champion to compare with: name two, or train once more`,
    );
  const comparison = compareModels(
    await modelSetOf(metric, one ?? before, config),
    await modelSetOf(metric, other, config),
  );
  process.stdout.write(
    json
      ? `${JSON.stringify(comparison, undefined, 2)}\n`
      : `${comparisonLines(comparison, paintFor(process.stdout)).join('\n')}\n`,
  );
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
    .command('show')
    .description('when and from what a version was trained, and what became of each series')
    .argument('<metric>', 'its name')
    .argument('[version]', 'one of those that "tidemark models list" shows; without it the one in use')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(show);
  models
    .command('diff')
    .description('what changed between two versions: settings, history, and series by series the models')
    .argument('<metric>', 'its name')
    .argument('[before]', 'the older version; without it the one before the champion')
    .argument('[after]', 'the newer version; without it the champion')
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(diff);
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
