import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { corpusAbsent, corpusFolder } from '../corpus.ts';
import { reportFileOf, scoreIn, shareOf, sumOf } from './score.ts';

/** The folders of lib whose code is mutated. */
const FOLDERS = ['series', 'detector', 'prophet', 'evaluation', 'pipeline'] as const;
const CORE: readonly string[] = ['series', 'detector', 'prophet', 'evaluation'];
/** How a report looks is judged by a person and a browser. */
const REPORT = 'lib/evaluation/report/';
const isCore = (path: string) => !path.startsWith(REPORT);
/** The least share of the core's mutants that the tests have to find. */
const LEAST_SHARE = 0.85;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    files: { type: 'string' },
    concurrency: { type: 'string', default: '1' },
    again: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const print = (text: string) => process.stdout.write(`${text}\n`);
if (options.help) {
  print(
    'npm run mutation [-- --only FOLDER[,FOLDER]] [--files FILE[,FILE]] [--concurrency N] [--again]\n\n' +
      `Changes the code of lib/{${FOLDERS.join(',')}} in small ways, one at a time, and counts which changes the unit\n` +
      'tests beside it find. What neither code nor tests changed since the last run is not measured again, unless\n' +
      '--again; --files measures some files of a folder, such as lib/detector/score.ts, and keeps what is known of others.\n' +
      'A folder takes minutes on idle cores, at a low priority. The reports are in reports/mutation.',
  );
  process.exit(0);
}
const files = options.files?.split(',');
const folderOf = (file: string) => file.split('/')[1] ?? file;
const wanted =
  options.only?.split(',') ?? (files === undefined ? FOLDERS : [...new Set(files.map(folderOf))]);
const unknown = wanted.filter((name) => !(FOLDERS as readonly string[]).includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No folder is named ${unknown.join(', ')}; there are ${FOLDERS.join(', ')}.\n`);
  process.exit(1);
}

// The tests run in a copy of the repository, beside which there is no corpus.
const corpus = corpusFolder();
if (corpus === undefined) print(`${corpusAbsent} The golden vectors find no mutant without it.`);
else process.env.TIDEMARK_CORPUS = corpus;

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
for (const folder of wanted) {
  print(`\n=== lib/${folder}`);
  process.env.TIDEMARK_MUTATED_FOLDER = folder;
  await new Stryker({
    mutate: files?.filter((file) => folderOf(file) === folder) ?? [`lib/${folder}/**/*.ts`, `!${REPORT}**`],
    testRunner: 'in-process',
    plugins: [fileURLToPath(new URL('./in-process-runner.ts', import.meta.url))],
    coverageAnalysis: 'perTest',
    // What only runs when a module is loaded would run all tests once for each mutant.
    ignoreStatic: true,
    concurrency: Number(options.concurrency),
    incremental: true,
    force: options.again,
    incrementalFile: reportFileOf(folder),
    reporters: ['clear-text', 'progress-append-only', 'html'],
    htmlReporter: { fileName: `reports/mutation/${folder}.html` },
    clearTextReporter: { logTests: false, reportTests: false },
    // Node strips the types, and this TypeScript has no interface to rewrite its settings by.
    tsconfigFile: 'none.json',
    ignorePatterns: ['coverage', 'reports'],
    tempDirName: '.stryker-tmp',
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 60,
  }).runMutationTest();
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`.padStart(8);
print('\nShare of the mutants that the tests beside the code find:');
for (const folder of FOLDERS) {
  const score = scoreIn(reportFileOf(folder), isCore);
  const text =
    score === undefined
      ? 'not measured yet'
      : `${percent(shareOf(score))}  ${score.found} of ${score.found + score.missed}`;
  print(`  lib/${folder.padEnd(12)} ${text}`);
}
const measured = CORE.filter((folder) => existsSync(reportFileOf(folder)));
const core = sumOf(measured.flatMap((folder) => scoreIn(reportFileOf(folder), isCore) ?? []));
print(
  `  the core${measured.length < CORE.length ? ` so far (${measured.join(', ')})` : ''}: ${percent(shareOf(core)).trim()}`,
);
if (shareOf(core) < LEAST_SHARE) {
  process.stderr.write(
    `That is less than ${percent(LEAST_SHARE).trim()}: the survivors above lack a test.\n`,
  );
  process.exitCode = 1;
}
