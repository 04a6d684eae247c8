#!/usr/bin/env node
// Runs a TypeScript entry point with the project's own Node. Installs the dependencies first when they are missing or do
// not match the lock file. Plain JavaScript, because it runs on any Node from 20 on, which may not strip types.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules', 'node', 'bin', 'node');
const stamp = join(root, 'node_modules', '.tidemark-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

/** The dependencies are current when the project's Node exists and the installed lock file equals the current one. */
function isInstalled() {
  // A linked folder belongs to another checkout, and `npm ci` would empty it: that checkout keeps it current.
  if (existsSync(node) && lstatSync(join(root, 'node_modules')).isSymbolicLink()) return true;
  return existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;
}

if (!isInstalled()) {
  process.stderr.write('Installing the dependencies (npm ci), once; about half a minute...\n');
  const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (install.status !== 0 || !existsSync(node)) {
    process.stderr.write(
      'Could not install the dependencies: see the npm messages above. ' +
        'Fix their cause (registry, disk, permissions) and run the command again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

const [entry, ...args] = process.argv.slice(2);
const flags = ['--disable-warning=ExperimentalWarning'];
// Rows by the million live for a moment: a small young generation keeps a day of 1,000 series at 290 MB instead of 440,
// in the same time.
if (entry === 'bin/tidemark.ts' && (args[0] === 'export' || args[1] === 'compact'))
  flags.push('--max-semi-space-size=4');
const child = spawn(node, [...flags, join(root, entry), ...args], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules', 'node', 'bin')}:${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
  },
});
// A terminal sends Ctrl-C to the whole process group, including the child; other signals reach only this process.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
