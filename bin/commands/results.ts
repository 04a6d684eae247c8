import { Command } from 'commander';
import { composeResultsSetup } from '../../lib/compose/results-setup.ts';
import { loadForCommand } from '../load-configuration.ts';
import { paintFor } from '../terminal/style.ts';

interface SetupOptions {
  readonly config: string;
  readonly shorten: boolean;
  readonly json: boolean;
}

async function setup({ config, shorten, json }: SetupOptions): Promise<void> {
  const configuration = await loadForCommand(config);
  const steps = await composeResultsSetup(configuration, process.env)(shorten);
  if (json) {
    process.stdout.write(`${JSON.stringify({ steps }, undefined, 2)}\n`);
    return;
  }
  const paint = paintFor(process.stdout);
  for (const { thing, action } of steps)
    process.stdout.write(`${action === 'unchanged' ? action : paint('green', action)}  ${thing}\n`);
  if (steps.length === 0)
    process.stdout.write('Nothing to set up: only InfluxDB has buckets and retention.\n');
}

/** `tidemark results`. */
export function resultsCommand(): Command {
  const results = new Command('results').description('set up the result store');
  results
    .command('setup')
    .description(
      'create the InfluxDB buckets with their retention, and the task that fills the long-term bucket',
    )
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--shorten', 'allow a shorter retention, which deletes older records', false)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nSafe to repeat: existing buckets and tasks that match the configuration stay unchanged. The token must be allowed to create buckets and tasks:\n  TIDEMARK__RESULTS__TOKEN__ENV=OPERATOR_TOKEN tidemark results setup',
    )
    .action(setup);
  return results;
}
