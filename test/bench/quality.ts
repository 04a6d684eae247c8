import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type DetectorName, detectors } from '../../lib/detector/registry.ts';
import { corpusAbsent, corpusFolder } from '../corpus.ts';
import { habitsReport, habitsTable } from './habits/habits-report.ts';
import { measureHabits } from './habits/measure-habits.ts';
import { openCorpus } from './quality/corpus.ts';
import { CorpusError } from './quality/errors.ts';
import { fitCacheFolder } from './quality/fit-cache.ts';
import { measureQuality } from './quality/measure-quality.ts';
import { progressBar } from './quality/progress.ts';
import { qualityTables } from './quality/table.ts';

interface QualityOptions {
  readonly corpus?: string;
  readonly detector: DetectorName;
  readonly sets?: string[];
  readonly limit?: number;
  readonly workers: number;
  readonly json?: true;
  readonly cache: boolean;
  readonly habits?: true;
  readonly seeds: number;
}

const detectorNames = Object.keys(detectors);

const command = new Command('quality')
  .description('Measures how well a detector does on labelled series, in the product’s own pipeline')
  .option(
    '--corpus <folder>',
    'labelled series; default $TIDEMARK_CORPUS, else ../shared/corpus',
    corpusFolder(),
  )
  .addOption(
    new Option('--detector <name>', 'a registered detector').choices(detectorNames).default(detectorNames[0]),
  )
  .option('--sets <names>', 'folders of the corpus, separated by commas', (text) => text.split(','))
  .option('--limit <files>', 'at most this many files of each folder', wholeNumber)
  .option('--workers <threads>', 'worker threads', wholeNumber, Math.min(2, availableParallelism()))
  .option('--habits', 'measure simulated habits of services instead of the corpus')
  .option('--seeds <series>', 'with --habits: series of each habit', wholeNumber, 2)
  .option('--no-cache', 'fit every model again and keep none')
  .option('--json', 'print one JSON object instead of tables')
  .action(run);

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  return number;
}

async function run(options: QualityOptions): Promise<void> {
  if (options.habits) await runHabits(options);
  else await runCorpus(options);
}

async function runHabits(options: QualityOptions): Promise<void> {
  const progress = progressBar(process.stderr);
  const figures = await measureHabits({
    detectorName: options.detector,
    cacheFolder: options.cache ? fitCacheFolder() : undefined,
    seeds: options.seeds,
    workers: options.workers,
    onProgress: progress.update,
  }).finally(progress.end);
  process.stdout.write(
    options.json ? `${JSON.stringify(habitsReport(figures), null, 2)}\n` : habitsTable(figures),
  );
}

async function runCorpus(options: QualityOptions): Promise<void> {
  if (options.corpus === undefined) throw new CorpusError('--corpus', 'no folder is given', corpusAbsent);
  const corpus = openCorpus(options.corpus, { sets: options.sets, limit: options.limit });
  const progress = progressBar(process.stderr);
  const measured = await measureQuality(corpus, {
    detectorName: options.detector,
    cacheFolder: options.cache ? fitCacheFolder() : undefined,
    workers: options.workers,
    onProgress: progress.update,
  }).finally(progress.end);
  process.stdout.write(
    options.json ? `${JSON.stringify(measured.report, null, 2)}\n` : qualityTables(measured),
  );
}

try {
  await command.parseAsync();
} catch (error) {
  if (!(error instanceof Error && error.name === CorpusError.name)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
