import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { alertsCommand } from '../../bin/commands/alerts.ts';
import { evaluateCommand } from '../../bin/commands/evaluate.ts';
import { initCommand } from '../../bin/commands/init.ts';
import { monitorCommand } from '../../bin/commands/monitor.ts';
import { planCommand } from '../../bin/commands/plan.ts';
import { trainCommand } from '../../bin/commands/train.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const page = read('docs/start.md');

/** test/contract/start-page.test.ts runs its commands. */
describe('docs/start.md', () => {
  it('names options that exist', () => {
    const commands: Command[] = [
      initCommand(),
      trainCommand(),
      monitorCommand(),
      alertsCommand(),
      evaluateCommand(),
      planCommand(),
    ];
    const known = new Set(commands.flatMap(({ options }) => options.map(({ long }) => long)));
    const named = [...page.matchAll(/(?<=[\s`])--[a-z][a-z-]+/g)].map(([option]) => option);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
  });

  it('has no link to a file that does not exist', () => {
    const targets = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target!);
    expect(targets.filter((target) => !existsSync(join(root, dirname('docs/start.md'), target)))).toEqual([]);
  });

  it('is where README.md leads, with its first three commands', () => {
    const readme = read('README.md');
    expect(readme).toContain('(docs/start.md)');
    for (const command of ['init', 'train', 'monitor']) {
      const [line] = new RegExp(`npm run tidemark -- ${command} .*`).exec(page)!;
      expect(readme).toContain(line);
    }
  });
});
