import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Everything that `npm test` runs, in order; the first that fails does not stop the others. */

interface Outcome {
  readonly name: string;
  readonly isSound: boolean;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of the tests that did not run. */
  readonly skippedNames: readonly string[];
}

/** What this runner reads of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const { values: options } = parseArgs({
  options: {
    'skip-services': { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (options.help) {
  process.stdout.write(
    'npm test -- [--skip-services] [--only checks,unit,slow,contract,stack,browser]\n\n' +
      'Types, lint and unused code; unit tests, the quick and the slow ones, with coverage of the core by both; then the\n' +
      'tests on real servers, on the deployed local cloud and in a real browser. Where a server is unavailable, it says\n' +
      'which tests did not run and fails, unless --skip-services allows it.\n' +
      '--only unit is the quick loop: it takes under a minute on two idle cores, and measures no coverage.\n',
  );
  process.exit(0);
}

const skipServices = options['skip-services'];
const scratch = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
const print = (text: string) => process.stdout.write(`${text}\n`);

/** @returns the exit code; the command prints on our own streams. */
function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<number> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Servers whose build takes minutes on a new machine, in the order in which the tests need them. */
const BUILT_SERVERS = ['influxdb', 'prometheus3'] as const;

/**
 * Builds servers in the background, with the lowest priority: most of it is done while tests that need none run. A test
 * that needs a server waits for its build; one that fails is tried again there, and reported.
 * @returns ends what still runs.
 */
function buildServers(): () => void {
  let child: ChildProcess | undefined;
  let isEnded = false;
  const build = async () => {
    for (const name of BUILT_SERVERS) {
      if (isEnded) return;
      const command = ['test/services/cli.ts', 'fetch', '--only', name];
      child = spawn(process.execPath, command, { stdio: 'ignore' });
      // The compilers that it starts inherit it.
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
      await once(child, 'close').catch(() => undefined);
    }
  };
  build().catch((error: unknown) => print(`The servers are not built in the background: ${error}`));
  return () => {
    isEnded = true;
    child?.kill();
  };
}

async function check(name: string, command: string, args: readonly string[]): Promise<Outcome> {
  const began = performance.now();
  const isSound = (await run(command, args)) === 0;
  const seconds = (performance.now() - began) / 1000;
  return { name, isSound, seconds, passed: 0, failed: isSound ? 0 : 1, skipped: 0, skippedNames: [] };
}

/** Runs some of vitest's projects at once. */
async function tests(projects: readonly string[], extra: readonly string[] = []): Promise<Outcome> {
  const began = performance.now();
  const name = projects.join(' + ');
  const file = join(scratch, `${projects.join('-')}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--passWithNoTests=false',
      ...reporters,
      ...extra,
    ],
    skipServices ? { TIDEMARK_SKIP_SERVICES: '1' } : {},
  );
  const seconds = (performance.now() - began) / 1000;
  const report = readReport(file);
  const all = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  const skippedNames = all
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
  const failedFiles = report?.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    name,
    isSound: code === 0,
    seconds,
    passed: report?.numPassedTests ?? 0,
    failed: Math.max(code === 0 ? 0 : 1, (report?.numFailedTests ?? 0) + (failedFiles?.length ?? 0)),
    skipped: skippedNames.length,
    skippedNames,
  };
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch {
    return undefined;
  }
}

const bin = (name: string) => join('node_modules', '.bin', name);
const stages: Readonly<Record<string, () => Promise<Outcome[]>>> = {
  checks: async () => [
    await check('types', bin('tsc'), ['--noEmit']),
    await check('lint', bin('biome'), ['check', '--error-on-warnings']),
    await check('unused code', bin('knip'), []),
    await check('retired words', process.execPath, ['test/architecture/check-words.ts']),
  ],
  unit: async () => [await (isCovered ? tests(covered, ['--coverage']) : tests(['unit']))],
  slow: async () => [await tests(['slow'])],
  contract: async () => [await tests(['contract'])],
  stack: async () => [await tests(['stack'])],
  browser: async () => [await tests(['browser'])],
};

const wanted = options.only?.split(',') ?? Object.keys(stages);
const unknown = wanted.filter((name) => !Object.hasOwn(stages, name));
if (unknown.length > 0) {
  process.stderr.write(
    `No stage is named ${unknown.join(', ')}; there are ${Object.keys(stages).join(', ')}.\n`,
  );
  process.exit(1);
}

/** Quick and slow unit tests run at once where both are wanted: the coverage of the core counts both. */
const covered = ['unit', 'slow'];
const isCovered = covered.every((name) => wanted.includes(name));

const endBuilds = wanted.includes('contract') ? buildServers() : () => {};
const outcomes: Outcome[] = [];
for (const name of isCovered ? wanted.filter((stage) => stage !== 'slow') : wanted) {
  print(`\n=== ${isCovered && name === 'unit' ? covered.join(' + ') : name}`);
  outcomes.push(...(await (stages[name] as () => Promise<Outcome[]>)()));
}
endBuilds();
rmSync(scratch, { recursive: true, force: true });

print('\n=== summary');
for (const { name, isSound, seconds, passed, failed, skipped } of outcomes) {
  const counts =
    passed + failed + skipped === 0 ? '' : `  ${passed} passed, ${failed} failed, ${skipped} skipped`;
  print(`${isSound ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${seconds.toFixed(0).padStart(4)} s${counts}`);
}
const sum = (field: 'passed' | 'failed' | 'skipped') =>
  outcomes.reduce((total, outcome) => total + outcome[field], 0);
const notRun = outcomes.flatMap(({ skippedNames }) => skippedNames);
// A test whose server is unavailable fails by itself, unless --skip-services; what is skipped beyond that lacks data that
// is not part of the repository (the labelled corpus).
if (notRun.length > 0) print(`\nDid not run:\n${notRun.map((name) => `  ${name}`).join('\n')}`);
const isSound = outcomes.every((outcome) => outcome.isSound);
print(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
process.exitCode = isSound ? 0 : 1;
