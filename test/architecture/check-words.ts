import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { retiredUses, retiredWords } from './retired-words.ts';
import { type AllowedWords, countUses, tightened, wordProblems } from './words-ratchet.ts';

/*
 * Part of `npm run check`: fails on a retired word where words-to-retire.json does not allow it. `npm run words`
 * (--tighten) lowers the allowance to what is left after words went or files moved; it never raises one.
 */
const { values: options } = parseArgs({
  options: {
    root: { type: 'string', default: join(import.meta.dirname, '../..') },
    tighten: { type: 'boolean', default: false },
  },
});

const FOLDERS = 'bin,config,docs,examples,functions,lib,test';
const ENDINGS = 'ts,mts,mjs,js,grit,md,yaml';
/** What is generated says what its sources say. */
const GENERATED = /^docs\/ports\.md$|^lib\/evaluation\/report\/[^/]+\.js$/;
/** The changelog is history; the others are about the words. */
const LEFT_OUT = new Set([
  'CHANGELOG.md',
  'test/architecture/retired-words.ts',
  'test/architecture/retired-words.test.ts',
]);

const { root } = options;
const files = globSync([`{${FOLDERS}}/**/*.{${ENDINGS}}`, '*.{ts,md}'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !LEFT_OUT.has(file) && !GENERATED.test(file))
  .sort();
const uses = new Map(files.map((file) => [file, retiredUses(readFileSync(join(root, file), 'utf8'))]));

const listFile = join(root, 'test/architecture/words-to-retire.json');
const allowed: AllowedWords = existsSync(listFile) ? JSON.parse(readFileSync(listFile, 'utf8')) : {};

const words = retiredWords.map(({ word }) => word);
const next = options.tighten ? tightened(countUses(uses), allowed, words) : undefined;
if (next !== undefined && 'allowed' in next) {
  writeFileSync(listFile, `${JSON.stringify(next.allowed, undefined, 2)}\n`);
  process.stdout.write('test/architecture/words-to-retire.json is up to date.\n');
} else {
  if (next !== undefined)
    process.stderr.write(
      `The list may only become shorter, but these are used more often: ${next.risen.join(', ')}\n\n`,
    );
  const problems = wordProblems(uses, allowed);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) {
    process.stderr.write(
      `\n${problems.length} problems with retired words. The glossary in CONTRIBUTING.md has the words to use.\n`,
    );
    process.exitCode = 1;
  } else process.stdout.write(`Checked ${files.length} files for retired words. All is well.\n`);
}
