import { Command } from 'commander';
import { composeResultsSetup, type ResultsSetup } from '../../lib/compose/results-setup.ts';
import type { SchemaStep } from '../../lib/results/influxdb/ensure-schema.ts';
import { loadForCommand } from '../load-configuration.ts';
import { paintFor } from '../terminal/style.ts';

interface CommonOptions {
  readonly config: string;
  readonly json: boolean;
}

interface SetupOptions extends CommonOptions {
  readonly shorten: boolean;
  readonly tokens: boolean;
  readonly dryRun: boolean;
}

interface TeardownOptions extends CommonOptions {
  readonly deleteRecords: boolean;
  readonly dryRun: boolean;
}

async function setupOf({ config }: CommonOptions): Promise<ResultsSetup> {
  const configuration = await loadForCommand(config);
  return composeResultsSetup(configuration, process.env);
}

async function setUp(options: SetupOptions): Promise<void> {
  const { shorten: mayShorten, tokens: withTokens, dryRun: isDryRun } = options;
  print(await (await setupOf(options)).setUp({ mayShorten, withTokens, isDryRun }), options);
  if (isDryRun && !options.json) process.stdout.write('Nothing was changed: without --dry-run it is.\n');
}

async function check(options: CommonOptions): Promise<void> {
  const steps = await (await setupOf(options)).check();
  const differing = steps.filter(({ action }) => action !== 'unchanged');
  if (options.json) print(steps, options);
  else
    for (const { thing, action, drift } of steps)
      process.stdout.write(`${action === 'unchanged' ? 'as configured' : drift}  ${thing}\n`);
  if (differing.length === 0) return;
  if (!options.json)
    process.stdout.write('"tidemark results setup" makes it as the configuration demands.\n');
  process.exitCode = 1;
}

async function tearDown(options: TeardownOptions): Promise<void> {
  const isDryRun = options.dryRun || !options.deleteRecords;
  print(await (await setupOf(options)).tearDown(isDryRun), options);
  if (isDryRun && !options.json)
    process.stdout.write('Nothing was removed: --delete-records removes it, with all records.\n');
}

function print(steps: readonly SchemaStep[], { json }: CommonOptions): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ steps }, undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const { thing, action, drift, token } of steps) {
    const reason = action === 'changed' ? `: it ${drift}` : '';
    process.stdout.write(`${action === 'unchanged' ? action : paint('green', action)}  ${thing}${reason}\n`);
    if (token !== undefined) process.stdout.write(`    ${token}\n`);
  }
  if (steps.length === 0)
    process.stdout.write('Nothing to set up: only InfluxDB has buckets and retention.\n');
}

/** `tidemark results`. */
export function resultsCommand(): Command {
  const results = new Command('results').description('set up, check or remove the result store');
  const withCommon = (command: Command) =>
    command
      .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
      .option('--json', 'print JSON', false);
  withCommon(
    results
      .command('setup')
      .description(
        'create the InfluxDB buckets with their retention, and the task that fills the long-term bucket',
      ),
  )
    .option('--shorten', 'allow a shorter retention, which deletes older records', false)
    .option('--tokens', 'also make a token that writes and one that reads, and print them once', false)
    .option('--dry-run', 'show what would be done', false)
    .addHelpText(
      'after',
      '\nSafe to repeat: existing buckets and tasks that match the configuration stay unchanged. The token must be allowed to create buckets and tasks:\n  TIDEMARK__RESULTS__TOKEN__ENV=OPERATOR_TOKEN tidemark results setup',
    )
    .action(setUp);
  withCommon(
    results.command('check').description('name what differs from the configuration; changes nothing'),
  )
    .addHelpText('after', '\nExit codes: 0 as configured, 1 something differs or cannot be read.')
    .action(check);
  withCommon(results.command('teardown').description('remove buckets, task and tokens'))
    .option('--delete-records', 'remove them, with all records; without it they are only shown', false)
    .option('--dry-run', 'show what would be removed', false)
    .action(tearDown);
  return results;
}
