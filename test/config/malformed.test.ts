import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/config/errors.ts';
import { formatProblems } from '../../lib/config/format-problems.ts';
import { loadConfiguration } from '../../lib/config/load.ts';
import { type MalformedConfiguration, malformedConfigurations } from './malformed-configurations.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-malformed-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function errorOf(
  { files, environment = {}, profile }: MalformedConfiguration,
  index: number,
): ConfigurationError {
  const place = join(folder, String(index));
  mkdirSync(place);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  try {
    loadConfiguration({ file: join(place, 'config.yaml'), environment, profile });
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('a malformed configuration', () => {
  it('comes in more than 40 ways here', () => {
    expect(malformedConfigurations.length).toBeGreaterThan(40);
  });

  it.each(malformedConfigurations.map((malformed, index) => ({ malformed, index, name: malformed.name })))(
    'says what to do about $name',
    ({ malformed, index }) => {
      const error = errorOf(malformed, index);
      const text = formatProblems(error, { color: false });
      if (process.env.TIDEMARK_SHOW_MESSAGES) process.stdout.write(`## ${malformed.name}\n${text}\n`);
      expect(error.problems, text).toHaveLength(malformed.expected.length);
      for (const [at, { file = 'config.yaml', line, column, path, words }] of malformed.expected.entries()) {
        const problem = error.problems[at]!;
        expect(basename(problem.file)).toBe(file);
        expect(problem.line, text).toBe(line);
        if (column !== undefined) expect(problem.column, text).toBe(column);
        if (path !== undefined) expect(problem.path).toBe(path);
        for (const word of words) expect(text).toContain(word);
        expect(text).toContain(`${problem.file}:${line}:${problem.column}`);
      }
      expect(text).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      expect(text).not.toMatch(/undefined|\[object|invalid_|Invalid input|ZodError|node_modules/);
      expect(text, 'a secret is never shown').not.toContain('hunter2');
      expect(JSON.stringify(error.problems)).not.toContain('hunter2');
      expect(error.message).not.toContain('hunter2');
    },
  );
});
