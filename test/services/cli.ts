import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import { findChromium } from './browser.ts';
import { SERVICE_NAMES, STANDARD_SERVICES } from './catalogue.ts';
import { formatSeconds, streamProgress } from './progress.ts';
import { orphans, ownedBy, readRecords } from './records.ts';
import { type ServiceName, servicesDirectory } from './service.ts';
import { fetchService } from './start-server.ts';
import { startServices } from './start-services.ts';
import { asTable, exportLines, statusRows } from './status.ts';
import { stopRecorded } from './stop-services.ts';

const INTERRUPTED = 130;
const interruption = new AbortController();
const { signal } = interruption;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => interruption.abort(new Error(`interrupted by ${name}`)));

const print = (text: string) => process.stdout.write(`${text}\n`);
const report = (text: string) => process.stderr.write(`${text}\n`);
const progress = streamProgress(process.stderr);

function parseNames(text: string): ServiceName[] {
  return text.split(',').map((word) => {
    const name = SERVICE_NAMES.find(
      (known) => known.toLowerCase() === word.trim().replace(/[-_]/g, '').toLowerCase(),
    );
    if (!name)
      throw new InvalidArgumentError(`"${word}" is no service; there are ${SERVICE_NAMES.join(', ')}.`);
    return name;
  });
}

/** One `up` or `down` at a time: two would start everything twice. */
function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const onWait = (pid: number) =>
    report(`Waiting for process ${pid}, which is starting or stopping services...`);
  return withFileLock(join(servicesDirectory(), 'lock'), work, { signal, onWait });
}

async function showStatus(json: boolean): Promise<void> {
  const rows = await statusRows(readRecords(servicesDirectory()));
  if (json) print(JSON.stringify(rows, undefined, 2));
  else print(rows.length > 0 ? asTable(rows) : 'No services are up. Start them with: npm run services -- up');
  const lines = exportLines(rows);
  if (!json && lines.length > 0)
    print(
      `\nTo use them with Tidemark, such as "npm run tidemark -- results setup":\n  ${lines.join('\n  ')}`,
    );
  const sound = rows.length > 0 && rows.every(({ health }) => health === 'healthy');
  process.exitCode = sound ? 0 : 1;
}

const program = new Command('services')
  .description('The real servers that tests and the local cloud use, on this machine only.')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run services -- up\n  npm run services -- up --only influxdb,prometheus',
  );

program
  .command('up')
  .description('start what is not up yet')
  .option(
    '--only <names>',
    `comma-separated, of ${SERVICE_NAMES.join(', ')} (${STANDARD_SERVICES.join(', ')} when left out)`,
    parseNames,
  )
  .option('--optional <names>', 'services whose absence is reported but is no error', parseNames)
  .action(async ({ only, optional }: { only?: ServiceName[]; optional?: ServiceName[] }) => {
    const begun = performance.now();
    await alone(async () => {
      await stopRecorded(orphans(readRecords(servicesDirectory())));
      const services = await startServices({ names: only, optional, progress, signal });
      for (const error of services.unavailable) report(`\n${error.message}`);
      const seconds = formatSeconds((performance.now() - begun) / 1000);
      report(
        services.startedSome ? `Up after ${seconds}.` : 'Everything was up already; nothing was started.',
      );
    });
    await showStatus(false);
    process.exitCode = 0;
  });

program
  .command('status')
  .description('show what is up; exits with 1 when something is not healthy or nothing is up')
  .option('--json', 'print JSON')
  .action(({ json = false }: { json?: boolean }) => showStatus(json));

program
  .command('down')
  .description('end everything that `up` started, with its files')
  .action(() =>
    alone(async () => {
      const records = readRecords(servicesDirectory());
      const stopped = await stopRecorded([...ownedBy(records, undefined), ...orphans(records)]);
      const words = {
        stopped: 'stopped',
        gone: 'had ended already',
        left: 'left alone: somebody else runs it',
      };
      for (const { record, outcome } of stopped) print(`${record.title.padEnd(14)} ${words[outcome]}`);
      if (stopped.length === 0) print('Nothing was up.');
    }),
  );

program
  .command('fetch')
  .description('download and build what `up` needs, without starting it')
  .option('--only <names>', `comma-separated, of ${SERVICE_NAMES.join(', ')}`, parseNames)
  .option('--browser', 'also a Chromium for the browser tests')
  .action(
    async ({
      only = [...STANDARD_SERVICES],
      browser = false,
    }: {
      only?: ServiceName[];
      browser?: boolean;
    }) => {
      const options = { progress, signal };
      const results = await Promise.allSettled([
        ...only.map((name) => fetchService(name, options)),
        ...(browser ? [findChromium(options)] : []),
      ]);
      for (const result of results) if (result.status === 'rejected') report(`\n${describe(result.reason)}`);
      process.exitCode = results.some(({ status }) => status === 'rejected') ? 1 : 0;
    },
  );

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  await program.parseAsync();
} catch (error) {
  report(`\n${describe(error)}`);
  process.exitCode = signal.aborted ? INTERRUPTED : 1;
}
