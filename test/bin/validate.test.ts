import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validate, validateCommand } from '../../bin/commands/validate.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-validate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(
  text: string,
  options = {},
  io: { isTerminal?: boolean; environment?: Record<string, string> } = {},
) {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  let output = '';
  let errors = '';
  const code = validate(file, options, {
    write: (more) => {
      output += more;
    },
    writeError: (more) => {
      errors += more;
    },
    environment: {},
    isTerminal: false,
    ...io,
  });
  return { code, output, errors };
}
const valid = 'source: { url: http://127.0.0.1:9090 }\nmetrics: [{ name: cpu, query: up }]\n';

describe('tidemark validate', () => {
  it('sums a valid configuration up and exits with 0', () => {
    const { code, output, errors } = run(valid);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    for (const words of [
      'is valid',
      'balanced',
      'prometheus http://127.0.0.1:9090',
      '1: cpu',
      'every 1m, step 1m',
    ]) {
      expect(output).toContain(words);
    }
  });

  it('writes the problems to the error output and exits with 1', () => {
    const { code, output, errors } = run(`${valid}shedule: {}\n`);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain('did you mean "schedule"?');
    expect(errors).toContain('3 | shedule: {}\n  | ^^^^^^^');
    expect(errors).not.toContain('\u001b');
  });

  it('writes JSON for machines, of problems and of a valid configuration', () => {
    const bad = run(`${valid}shedule: {}\n`, { json: true });
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.output)).toMatchObject({
      valid: false,
      problems: [{ line: 3, column: 1, path: 'shedule' }],
    });
    expect(JSON.parse(run(valid, { json: true }).output)).toMatchObject({
      valid: true,
      configuration: { schedule: { intervalSeconds: 60 } },
    });
  });

  it('uses colour on a terminal only, and not against NO_COLOR', () => {
    expect(run('', {}, { isTerminal: true }).errors).toContain('\u001b[31m');
    expect(run('', {}, { isTerminal: true, environment: { NO_COLOR: '1' } }).errors).not.toContain('\u001b');
  });

  it('shows examples in its help', () => {
    expect(validateCommand().helpInformation()).toContain('--profile');
  });
});
