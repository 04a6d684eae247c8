import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const program = join(import.meta.dirname, '../../bin/tidemark.ts');

/** A folder with a configuration that watches simulated hosts every second. */
function installation(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-monitor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      'source: { kind: simulation, hosts: 2 }',
      'metrics: [{ name: cpu }]',
      'schedule: { interval: 1m, step: 1s, maximumCatchUp: 2m, warmUp: 0s }',
      `results: { kind: ndjson, directory: ${join(folder, 'results')} }`,
      `models: { kind: filesystem, directory: ${join(folder, 'models')} }`,
    ].join('\n'),
  );
  return folder;
}

function monitor(folder: string) {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      program,
      'monitor',
      '-c',
      join(folder, 'config.yaml'),
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  return { child, ticks: () => output.split('\n').length - 1, errors: () => errors };
}

const ended = (child: ChildProcess) => new Promise<number | null>((resolve) => child.once('exit', resolve));

describe('tidemark monitor', () => {
  it('goes on when its folder can not be written, says why, and scores again once it can', async () => {
    const folder = installation();
    // A file where the folder of the states has to be: writing fails, whoever runs the test.
    mkdirSync(join(folder, 'models'));
    writeFileSync(join(folder, 'models', 'state'), '');
    const { child, ticks, errors } = monitor(folder);
    await expect
      .poll(errors)
      .toMatch(
        /The tick failed; the next one tries again.*Could not write .*models.state.*: a file lies where/,
      );
    expect(child.exitCode).toBeNull();
    const before = ticks();
    rmSync(join(folder, 'models', 'state'));
    await expect.poll(ticks).toBeGreaterThan(before + 1);
    child.kill('SIGINT');
    expect(await ended(child)).toBe(130);
  });

  it('of two on one folder neither ends the other, and no step is written twice', async () => {
    const folder = installation();
    const both = [monitor(folder), monitor(folder)];
    await expect.poll(() => Math.min(...both.map(({ ticks }) => ticks()))).toBeGreaterThan(5);
    for (const { child } of both) {
      expect(child.exitCode).toBeNull();
      child.kill('SIGINT');
      expect(await ended(child)).toBe(130);
    }
    const lines = readFileSync(join(folder, 'results', 'verdicts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    const verdicts = lines
      .map((line) => JSON.parse(line))
      .filter(({ measurement }) => measurement === 'verdict');
    expect(verdicts.length).toBeGreaterThan(10);
    // Written again by the one that lost, a verdict is the same.
    const byStep = Map.groupBy(verdicts, ({ labels, timeSeconds }) => JSON.stringify([labels, timeSeconds]));
    for (const same of byStep.values()) for (const one of same) expect(one).toEqual(same[0]);
    const left = readdirSync(join(folder, 'models'), { recursive: true }).map(String);
    expect(left.filter((name) => /\.(claim|lock|partial)$/.test(name))).toEqual([]);
  });
});
