import { Command } from 'commander';
import { compareModels } from '../../lib/pipeline/models/compare-models.ts';
import { addFormerName } from '../former-option-name.ts';
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
  const store = await modelStoreOf(config);
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
      problems: loaded?.problems ?? ['No readable version'],
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
      const isOld = canRollBackTo.includes(version) ? 'available for rollback' : 'not in use';
      const state = version === champion ? paint('green', `in use since ${since}`) : isOld;
      process.stdout.write(`  ${version}  ${state}\n`);
    }
  }
  if (metrics.length === 0) process.stdout.write('No models in use yet: run "tidemark train".\n');
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
  const { champions } = await (await modelStoreOf(config)).champions();
  const [before] = champions.get(metric)?.history ?? [];
  if (one === undefined && before === undefined)
    throw new RangeError(
      `"${metric}" has no version before its champion to compare with: name two versions, or train again`,
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
  { config, json, version }: ModelsOptions & { readonly version?: string },
): Promise<void> {
  const store = await modelStoreOf(config);
  const champion = await store.rollback(metric, version, Math.floor(Date.now() / 1000));
  process.stdout.write(
    json
      ? `${JSON.stringify({ metric, ...champion }, undefined, 2)}\n`
      : `${metric} was rolled back to ${champion.version}\n`,
  );
}

/** `tidemark models`. */
export function modelsCommand(): Command {
  const models = new Command('models').description('the versions of the models, and which are in use');
  models
    .command('list')
    .description('list the versions of every metric, newest first')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(list);
  models
    .command('show')
    .description('when a version was trained, on what history, and the outcome of each series')
    .argument('<metric>', 'name of the metric')
    .argument('[version]', 'version from "tidemark models list"; default: the version in use')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(show);
  models
    .command('diff')
    .description('compare two versions: settings, history, and the model of each series')
    .argument('<metric>', 'name of the metric')
    .argument('[before]', 'older version; default: the version before the champion')
    .argument('[after]', 'newer version; default: the champion')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(diff);
  const rollbackCommand = models
    .command('rollback')
    .description('go back to the previous version of a metric or to a named one; the next tick uses it')
    .argument('<metric>', 'name of the metric')
    .option('--version <version>', 'version from "tidemark models list"; default: the previous version')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--json', 'print JSON', false)
    .action(rollback);
  addFormerName(rollbackCommand, '--to <version>', '--version');
  return models;
}
