import type { RetiredUse } from './retired-words.ts';

/** How often each retired word may still occur, by word and file. */
export type AllowedWords = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** @param uses the uses of retired words by file. */
export function countUses(uses: ReadonlyMap<string, readonly RetiredUse[]>): AllowedWords {
  const counts: Record<string, Record<string, number>> = {};
  for (const [file, found] of uses)
    for (const { word } of found) {
      counts[word] ??= {};
      const files = counts[word];
      files[file] = (files[file] ?? 0) + 1;
    }
  return sorted(counts);
}

/**
 * What is wrong with the words of the repository, a line each: a word that is used more often than its file may, and an
 * allowance that is larger than what is used.
 */
export function wordProblems(
  uses: ReadonlyMap<string, readonly RetiredUse[]>,
  allowed: AllowedWords,
): string[] {
  const used = countUses(uses);
  const risen = [...uses].flatMap(([file, found]) =>
    found
      .filter(({ word }) => countIn(used, word, file) > countIn(allowed, word, file))
      .map(({ word, line, instead }) => `${file}:${line} "${word}" is retired, write: ${instead}`),
  );
  const fallen = Object.entries(allowed).flatMap(([word, files]) =>
    Object.entries(files)
      .filter(([file, count]) => countIn(used, word, file) < count)
      .map(
        ([file, count]) =>
          `${file} uses "${word}" ${countIn(used, word, file)} times, words-to-retire.json allows ${count}: run "npm run words"`,
      ),
  );
  return [...risen, ...fallen];
}

/**
 * The allowance that takes the place of the current one: what is used now. Files may move, but no word may be used more
 * often than before. Only a word that the current allowance does not list at all, because it is newly retired, comes in
 * with as many uses as it has.
 *
 * @param words all retired words; each gets an entry, an empty one when it is used nowhere.
 * @returns the new allowance, or the words that are used more often when there are any.
 */
export function tightened(
  used: AllowedWords,
  allowed: AllowedWords,
  words: readonly string[],
): { readonly allowed: AllowedWords } | { readonly risen: readonly string[] } {
  const risen = words.filter(
    (word) => allowed[word] !== undefined && total(used[word]) > total(allowed[word]),
  );
  if (risen.length > 0) return { risen };
  return { allowed: sorted(Object.fromEntries(words.map((word) => [word, used[word] ?? {}]))) };
}

function countIn(counts: AllowedWords, word: string, file: string): number {
  return counts[word]?.[file] ?? 0;
}

function total(files: Readonly<Record<string, number>> = {}): number {
  return Object.values(files).reduce((sum, count) => sum + count, 0);
}

function sorted(counts: AllowedWords): AllowedWords {
  const inOrder = <Value>(record: Readonly<Record<string, Value>>) =>
    Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    inOrder(counts).map(([word, files]) => [word, Object.fromEntries(inOrder(files))]),
  );
}
