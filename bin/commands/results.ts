import { Command } from 'commander';
import { composeResultsSetup } from '../../lib/compose/results-setup.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { paintFor } from '../terminal/style.ts';

interface SetupOptions {
  readonly config: string;
  readonly shorten: boolean;
  readonly json: boolean;
}

async function setup({ config, shorten, json }: SetupOptions): Promise<void> {
  const { configuration } = loadConfiguration({ file: config, environment: process.env });
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
  const results = new Command('results').description('where verdicts go');
  results
    .command('setup')
    .description(
      'make the buckets of InfluxDB with their retention, and the task that fills the long-term one',
    )
    .option('-c, --config <file>', 'the configuration', 'config/config.yaml')
    .option('--shorten', 'let a shorter retention delete older records', false)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nIt can be repeated: what is as configured stays as it is. It needs a token that may make buckets and tasks:\n  TIDEMARK__RESULTS__TOKEN__ENV=OPERATOR_TOKEN tidemark results setup',
    )
    .action(setup);
  return results;
}
