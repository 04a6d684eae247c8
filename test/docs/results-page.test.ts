import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alertsCommand } from '../../bin/commands/alerts.ts';
import { exportCommand } from '../../bin/commands/export.ts';
import { queryCommand } from '../../bin/commands/query.ts';
import { resultsCommand } from '../../bin/commands/results.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { resultColumns } from '../../lib/results/athena/result-columns.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/results.md'), 'utf8');

/** What stands in the fences of a language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );

const commands: readonly Command[] = [alertsCommand(), exportCommand(), queryCommand(), resultsCommand()];

/** The command that a line calls, and the words after it. */
function called(line: string): { readonly command: Command | undefined; readonly words: readonly string[] } {
  const [, name, ...words] = line.replace(/ +#.*$/, '').split(/ +/);
  const command = commands.find((one) => one.name() === name);
  const inner = command?.commands.find((one) => one.name() === words[0]);
  return inner === undefined ? { command, words } : { command: inner, words: words.slice(1) };
}

describe('docs/results.md', () => {
  it.each(blocks('yaml'))('has configurations that load: %s', (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemark-page-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config.yaml');
    writeFileSync(file, `source: { kind: simulation }\nmetrics: [{ name: cpu }]\n${text}`);
    const { configuration, warnings } = loadConfiguration({ file, environment: {} });
    expect(warnings).toEqual([]);
    expect(text).toContain(configuration.results.kind);
  });

  it.each([...page.matchAll(/^ {4}(tidemark .*)$/gm)].map(([, line = '']) => line))(
    'has commands with options that there are: %s',
    (line) => {
      const { command, words } = called(line);
      const known = command?.options.map(({ long }) => long) ?? [];
      for (const word of words) if (word.startsWith('--')) expect(known).toContain(word);
      expect(command).toBeDefined();
    },
  );

  it('selects columns that the tables have', () => {
    const columns = new Set([...resultColumns.verdict.map(({ name }) => name), 'day']);
    const words = blocks('sql')
      .join(' ')
      .replaceAll(/'[^']*'/g, '')
      .match(/\b[a-z_]+\b/g);
    const others = ['count', 'json_extract_scalar', 'tidemark_verdict'];
    for (const word of words ?? []) expect([...columns, ...others]).toContain(word);
    expect(words).toContain('anomalous');
  });
});
