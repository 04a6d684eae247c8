import { Command } from 'commander';
import { composeResultsSetups, type NamedResultsSetup } from '../../lib/compose/results-setup.ts';
import type { SchemaStep } from '../../lib/results/results-schema.ts';
import { loadForCommand } from '../load-configuration.ts';
import { paintFor } from '../terminal/style.ts';
import { compactCommand } from './compact-results.ts';

interface CommonOptions {
  readonly config: string;
  readonly only?: string;
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

/** A step in a store. */
type StoreStep = SchemaStep & { readonly store: string };

async function setupsOf({ config, only }: CommonOptions): Promise<NamedResultsSetup[]> {
  const configuration = await loadForCommand(config);
  const all = composeResultsSetups(configuration, process.env);
  const chosen = all.filter((one) => only === undefined || one.store === only);
  if (chosen.length > 0) return chosen;
  throw new RangeError(
    `--only ${only} is no store of results: write ${all.map((one) => one.store).join(' or ')}`,
  );
}

/**
 * Takes the steps of each store. With several stores, one that fails does not keep the others from theirs.
 *
 * @returns whether all have succeeded.
 */
async function inEachStore(
  options: CommonOptions,
  take: (setup: NamedResultsSetup) => Promise<SchemaStep[]>,
  show: (steps: readonly SchemaStep[]) => void,
): Promise<{ readonly steps: readonly StoreStep[]; readonly isComplete: boolean }> {
  const setups = await setupsOf(options);
  const all: StoreStep[] = [];
  let isComplete = true;
  for (const setup of setups) {
    const { store, place } = setup;
    if (!options.json) process.stdout.write(`${store}: ${place}\n`);
    try {
      const steps = await take(setup);
      all.push(...steps.map((step) => ({ store, ...step })));
      if (!options.json) show(steps);
    } catch (error) {
      if (setups.length === 1) throw error;
      isComplete = false;
      process.stderr.write(`${store}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ steps: all }, undefined, 2)}\n`);
  if (!isComplete) process.exitCode = 1;
  return { steps: all, isComplete };
}

async function setUp(options: SetupOptions): Promise<void> {
  const { shorten: mayShorten, tokens: withTokens, dryRun: isDryRun } = options;
  await inEachStore(options, (setup) => setup.setUp({ mayShorten, withTokens, isDryRun }), show);
  if (isDryRun && !options.json) process.stdout.write('Nothing was changed: without --dry-run it is.\n');
}

async function check(options: CommonOptions): Promise<void> {
  const { steps } = await inEachStore(
    options,
    (setup) => setup.check(),
    (found) => {
      if (found.length === 0) process.stdout.write(`  ${NOTHING}\n`);
      for (const { thing, action, drift } of found)
        process.stdout.write(`  ${action === 'unchanged' ? 'as configured' : drift}  ${thing}\n`);
    },
  );
  if (steps.every(({ action }) => action === 'unchanged')) return;
  if (!options.json)
    process.stdout.write('"tidemark results setup" makes it as the configuration demands.\n');
  process.exitCode = 1;
}

async function tearDown(options: TeardownOptions): Promise<void> {
  const isDryRun = options.dryRun || !options.deleteRecords;
  await inEachStore(options, (setup) => setup.tearDown(isDryRun), show);
  if (isDryRun && !options.json)
    process.stdout.write('Nothing was removed: --delete-records removes it, with all records.\n');
}

const NOTHING = 'nothing to set up: only InfluxDB has buckets, and NDJSON in S3 table definitions';

function show(steps: readonly SchemaStep[]): void {
  const paint = paintFor(process.stdout);
  for (const { thing, action, drift, token } of steps) {
    const reason = action === 'changed' ? `: it ${drift}` : '';
    process.stdout.write(
      `  ${action === 'unchanged' ? action : paint('green', action)}  ${thing}${reason}\n`,
    );
    if (token !== undefined) process.stdout.write(`      ${token}\n`);
  }
  if (steps.length === 0) process.stdout.write(`  ${NOTHING}\n`);
}

/** `tidemark results`. */
export function resultsCommand(): Command {
  const results = new Command('results').description('set up, check, compact or remove the result stores');
  const withCommon = (command: Command) =>
    command
      .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
      .option('--only <store>', 'results or the name of a copy; default: all')
      .option('--json', 'print JSON', false);
  withCommon(
    results
      .command('setup')
      .description(
        'create the InfluxDB buckets with their retention and the task that fills the long-term bucket, or the table definitions in S3',
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
  withCommon(
    results.command('teardown').description('remove buckets, task and tokens, or the table definitions'),
  )
    .option('--delete-records', 'remove them, with all records; without it they are only shown', false)
    .option('--dry-run', 'show what would be removed', false)
    .action(tearDown);
  results.addCommand(compactCommand());
  return results;
}
