import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retiredUses, retiredWords } from './retired-words.ts';
import { countUses, tightened, wordProblems } from './words-ratchet.ts';

const root = join(import.meta.dirname, '../..');
const wordsIn = (text: string) => retiredUses(text).map(({ word }) => word);

describe('a retired word', () => {
  it.each([
    ['an identifier', 'const toldIncidents = [];', 'told'],
    ['the end of an identifier', 'export class AlertSurroundings {}', 'surroundings'],
    ['an identifier of two words', 'const standIn = new SimulationSource();', 'stand-in'],
    ['a part of a name in capitals', 'const TOLD_AT = 1;', 'told'],
    ['the name of a measurement', "name: 'alerts_told'", 'told'],
    ['a message', "throw new Error('There is no such thing');", 'no such thing'],
    ['a template', 'return `${file} is read with the wrong eyes`;', 'wrong eyes'],
    ['a comment', '// The one knob that matters.', 'knob'],
    ['a document', 'Alerts are told once.', 'told'],
    ['an inflected form', 'It stands in while the server is down.', 'stand-in'],
  ])('is found in %s', (_, text, word) => {
    expect(wordsIn(text)).toEqual([word]);
  });

  it.each([
    ['a comment', '/**\n * The run came to\n * no end.\n */', 'came to no end', 2],
    ['a message', "'There is no ' +\n  'such thing'", 'no such thing', 1],
  ])('is found in %s that goes on in the next line', (_, text, word, line) => {
    expect(retiredUses(text)).toMatchObject([{ word, line }]);
  });

  it.each([
    'Labels tell two series apart.',
    'What tells the records of one measurement\n * and time apart, besides their labels.',
    'It cannot tell a gap from an outage.',
    'the newsletter, newState and newSeries',
    'const intelligence = untoldness(storyteller);',
    'The knobby leashless breather surrounding it',
    'Records stand in the log.',
    'A waiting alert',
  ])('is not seen in %j', (text) => {
    expect(wordsIn(text)).toEqual([]);
  });

  it('is allowed in the glossary', () => {
    const text = 'Notify.\n<!-- glossary -->\n| notify | told |\n<!-- /glossary -->\nIt is told.';
    expect(retiredUses(text)).toMatchObject([{ word: 'told', line: 5 }]);
  });

  it('stands in the glossary of CONTRIBUTING.md, with the word to use', () => {
    const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const glossary = /<!-- glossary -->(.*?)<!-- \/glossary -->/s.exec(text)?.[1] ?? '';
    const replaced = glossary.split('\n').map((row) => row.split('|')[3] ?? '');
    const absent = retiredWords.filter(({ word }) => !replaced.some((cell) => cell.includes(word)));
    expect(absent.map(({ word }) => word)).toEqual([]);
  });
});

describe('the list of words to retire', () => {
  const told = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ word: 'told', line: index + 1, instead: 'notified' }));
  const uses = new Map([['lib/a.ts', told(2)]]);

  it('lets a file use a word as often as it did', () => {
    expect(wordProblems(uses, { told: { 'lib/a.ts': 2 } })).toEqual([]);
  });

  it('lets no file use a word more often, and names each place with the word to write', () => {
    expect(wordProblems(uses, { told: { 'lib/a.ts': 1 } })).toEqual([
      'lib/a.ts:1 "told" is retired, write: notified',
      'lib/a.ts:2 "told" is retired, write: notified',
    ]);
  });

  it('does not keep an allowance that is no longer used', () => {
    const [problem, ...others] = wordProblems(uses, { told: { 'lib/a.ts': 2, 'lib/b.ts': 1 } });
    expect(problem).toContain('lib/b.ts uses "told" 0 times');
    expect(problem).toContain('npm run words');
    expect(others).toEqual([]);
  });

  it('follows files that move and words that go', () => {
    const used = countUses(uses);
    const allowed = { told: { 'lib/old.ts': 3 }, news: { 'lib/old.ts': 1 } };
    expect(tightened(used, allowed, ['told', 'news'])).toEqual({
      allowed: { told: { 'lib/a.ts': 2 }, news: {} },
    });
  });

  it.each([{ 'lib/a.ts': 1 }, {}])('is never raised above %j', (told) => {
    expect(tightened(countUses(uses), { told }, ['told'])).toEqual({ risen: ['told'] });
  });

  it('takes in a newly retired word with the uses that it has', () => {
    expect(tightened(countUses(uses), {}, ['told'])).toEqual({
      allowed: { told: { 'lib/a.ts': 2 } },
    });
  });
});

describe('the check of words', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-words-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function check(file: string, text: string): { status: number | null; output: string } {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const script = join(root, 'test/architecture/check-words.ts');
    const run = spawnSync(process.execPath, [script, '--root', folder], { encoding: 'utf8' });
    rmSync(path);
    return { status: run.status, output: `${run.stdout}${run.stderr}` };
  }

  it.each([
    ['an identifier', 'lib/probe.ts', 'export const standIn = 1;\n', 'lib/probe.ts:1 "stand-in"'],
    ['a message', 'bin/probe.ts', "\nthrow new Error('Nobody was told');\n", 'bin/probe.ts:2 "told"'],
    ['a document', 'docs/probe.md', 'The news of an incident.\n', 'docs/probe.md:1 "news"'],
    ['a configuration', 'config/probe.yaml', '# the one knob\n', 'config/probe.yaml:1 "knob"'],
  ])('fails on a retired word in %s', (_, file, text, problem) => {
    const { status, output } = check(file, text);
    expect(output).toContain(problem);
    expect(status).toBe(1);
  });

  it('passes where there is none', () => {
    expect(check('lib/probe.ts', 'export const fallback = 1;\n')).toMatchObject({ status: 0 });
  });

  it('is part of "npm run check" and of "npm test"', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(scripts.check).toContain('test/architecture/check-words.ts');
    expect(readFileSync(join(root, 'test/run.ts'), 'utf8')).toContain('test/architecture/check-words.ts');
  });
});
