import { Command } from 'commander';
import { composeCompaction } from '../../lib/compose/compact-results.ts';
import type { CompactedDay } from '../../lib/results/parquet/compact-results.ts';
import { loadForCommand } from '../load-configuration.ts';

interface CompactOptions {
  readonly config: string;
  readonly only?: string;
  readonly day?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function compact({ config, only, day, dryRun: isDryRun, json }: CompactOptions): Promise<void> {
  if (day !== undefined && !(/^\d{4}-\d\d-\d\d$/.test(day) && Number.isFinite(Date.parse(day))))
    throw new RangeError(`--day ${day} is no day: write it like 2026-11-28`);
  const stores = composeCompaction(await loadForCommand(config)).filter(
    ({ store }) => only === undefined || store === only,
  );
  if (stores.length === 0)
    throw new RangeError('There is nothing to compact: only NDJSON in S3 has an object for each step');
  const days: (CompactedDay & { readonly store: string })[] = [];
  for (const { store, place, compact: compactStore } of stores) {
    if (!json) process.stdout.write(`${store}: ${place}\n`);
    for await (const one of compactStore({ day, nowSeconds: Date.now() / 1000, isDryRun })) {
      days.push({ store, ...one });
      if (!json) process.stdout.write(textOf(one, isDryRun));
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ days }, undefined, 2)}\n`);
  else if (days.length === 0) process.stdout.write('Every day that is over is compacted.\n');
  if (days.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

function textOf(
  { folder, day, objectsBefore, objectsRemoved, lines, bytesBefore, bytesAfter, problems }: CompactedDay,
  isDryRun: boolean,
): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const done = isDryRun
    ? `${objectsBefore} objects would be compacted`
    : `${objectsRemoved} of ${objectsBefore} objects compacted: ${lines} lines, ${megabytes(bytesBefore)} MB before, ${megabytes(bytesAfter)} MB after`;
  return [`  ${day} ${folder}: ${done}`, ...problems.map((problem) => `    ${problem}`), ''].join('\n');
}

/** `tidemark results compact`. */
export function compactCommand(): Command {
  return new Command('compact')
    .description('put the NDJSON objects in S3 of each day that is over together, as Parquet')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .option('--only <store>', 'results or the name of a copy; default: all')
    .option('--day <day>', 'one day, such as 2026-11-28 (UTC); default: all that are over')
    .option('--dry-run', 'show what would be done', false)
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nSafe to repeat and to interrupt. Exit codes: 0 done, 1 something was left as it is.',
    )
    .action(compact);
}
