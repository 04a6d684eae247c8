import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { HostileReport } from './hostile-report.ts';
import { type Mend, mends } from './mends.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COPIED = ['lib', 'test/bench', 'package.json', 'tsconfig.json'];
/** The first one that shows the lack ends the search. */
const WORLDS = 20;
const TICKS = 110;

/**
 * Takes the mends of the product back one by one, in a copy, and shows that the simulator finds each:
 * `node test/bench/hostile/mends-taken-back.ts [--only TEXT] [--control]`. Prints a table of mends and the invariants that did not
 * hold without them; exits with 1 when one goes unnoticed.
 */
async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string', default: '' }, control: { type: 'boolean', default: false } },
  });
  const copy = await mkdtemp(join(tmpdir(), 'tidemark-mends-'));
  try {
    for (const name of COPIED) await cp(join(ROOT, name), join(copy, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const chosen = mends.filter(({ name }) => name.includes(values.only));
    process.stdout.write('| mend that is taken back | invariants that then do not hold |\n| --- | --- |\n');
    for (const mend of chosen) {
      // With all mends in place, the same worlds have no violations: else they would show nothing.
      if (values.control) await expectNone(copy, mend);
      const found = await without(copy, mend);
      if (found.length === 0) process.exitCode = 1;
      process.stdout.write(`| ${mend.name} | ${found.join(', ') || '**none**'} |\n`);
    }
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function expectNone(copy: string, mend: Mend): Promise<void> {
  const found = Object.keys((await simulate(copy, mend)).violations);
  if (found.length === 0) return;
  process.exitCode = 1;
  process.stderr.write(`With all mends in place, the worlds of "${mend.name}" violate ${found.join(', ')}\n`);
}

/** The invariants that do not hold without a mend. */
async function without(copy: string, mend: Mend): Promise<string[]> {
  const { name, edits } = mend;
  const originals = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const text = await readFile(join(copy, file), 'utf8');
    if (!originals.has(file)) originals.set(file, text);
    if (text.split(find).length !== 2)
      throw new Error(
        `${file} has not exactly one "${find}": bring the mend "${name}" in mends.ts up to date`,
      );
    await writeFile(
      join(copy, file),
      text.replace(find, () => replace),
    );
  }
  try {
    const { violations } = await simulate(copy, mend);
    return Object.keys(violations);
  } finally {
    for (const [file, text] of originals) await writeFile(join(copy, file), text);
  }
}

async function simulate(copy: string, { faults, ticks = TICKS }: Mend): Promise<HostileReport> {
  const options = [
    '--worlds',
    WORLDS,
    '--ticks',
    ticks,
    '--faults',
    faults.join(','),
    '--first',
    '--json',
  ].map(String);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'test/bench/cli.ts', 'hostile', ...options],
    { cwd: copy, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString());
}

await run();
