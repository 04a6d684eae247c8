/**
 * The words that this repository no longer uses, in identifiers, messages, comments and documents alike. CONTRIBUTING.md
 * has the glossary with the words to use. `words-to-retire.json` says where a retired word is still allowed.
 */

/** A word or phrase that is retired. */
export interface RetiredWord {
  /** As it is reported, and as the glossary of CONTRIBUTING.md lists it. */
  readonly word: string;
  /**
   * Matches it in {@link readable} text, where a dot in the middle (`·`) stands between the parts of an identifier. It
   * lets other meanings of the word pass, such as "tells two series apart".
   */
  readonly pattern: RegExp;
  /** What to write. */
  readonly instead: string;
}

export const retiredWords: readonly RetiredWord[] = [
  { word: 'told', pattern: /\btold\b(?! (?:apart|from|otherwise))/i, instead: 'notified, reported, sent' },
  {
    word: 'tell',
    pattern: /\btell(?:s|ing|ings)?\b(?![^.;:]{0,80}\b(?:apart|from)\b)/i,
    instead: 'notify, report, say',
  },
  { word: 'news', pattern: /\bnews\b/i, instead: 'notification, alert, event' },
  {
    word: 'stand-in',
    pattern: /\bstand[·-]ins?\b|\bst(?:and|ands|ood|anding) in (?:for|while)\b/i,
    instead: 'fallback',
  },
  { word: 'surroundings', pattern: /\bsurroundings\b/i, instead: 'context' },
  { word: 'breathe', pattern: /\bbreath(?:e|es|ed|ing)?\b/i, instead: 'yield, pause' },
  { word: 'leash', pattern: /\bleash(?:es|ed)?\b/i, instead: 'limit, bound' },
  { word: 'knob', pattern: /\bknobs?\b/i, instead: 'setting' },
  { word: 'patience', pattern: /\bpatience\b/i, instead: 'retries, timeout' },
  { word: 'put in use', pattern: /\bputs? in use\b/i, instead: 'promote' },
  { word: 'made up for', pattern: /\b(?:makes?|made|making) up for\b/i, instead: 'catch up' },
  { word: 'needless', pattern: /\bneedless(?:ly)?\b/i, instead: 'skip (skipBand), unnecessary' },
  { word: 'anew', pattern: /\banew\b/i, instead: 'again, from the start' },
  { word: 'wrong eyes', pattern: /\bwrong eyes\b/i, instead: 'say which context was lost' },
  {
    word: 'came to no end',
    pattern: /\b(?:comes?|came|coming) to no end\b/i,
    instead: 'no outcome was recorded',
  },
  { word: 'no such thing', pattern: /\bno such thing\b/i, instead: 'not found; none' },
  {
    word: "can't be had",
    pattern: /\b(?:can't|cannot|can not|could not) be had\b/i,
    instead: 'is unavailable; could not read',
  },
  { word: 'at hand', pattern: /\bat hand\b/i, instead: 'available' },
  { word: 'none the worse', pattern: /\bnone the worse\b/i, instead: 'does not affect' },
  { word: 'in the time ahead', pattern: /\bin the time ahead\b/i, instead: 'on the next day' },
  { word: 'of no use', pattern: /\bof no use\b/i, instead: 'cannot be used' },
  { word: 'can be asked by', pattern: /\bcan be asked by\b/i, instead: 'only GET is allowed on' },
  { word: 'as it should be', pattern: /\bas it should be\b/i, instead: 'valid' },
  { word: 'of our own', pattern: /\breason of our own\b/i, instead: 'internal error' },
  { word: 'passed over', pattern: /\bpass(?:es|ed)? over\b/i, instead: 'skip' },
  { word: 'way out', pattern: /\bway out\b/i, instead: 'fix, what to do' },
  { word: 'is nothing that', pattern: /\bis nothing that\b/i, instead: 'say what happens' },
  {
    word: 'what is no',
    pattern: /\b(?:what|which) is no\b(?! (?:longer|more|worse))/i,
    instead: 'other than',
  },
  { word: 'praise', pattern: /\bprais(?:e|es|ed|ing)\b/i, instead: 'approval, reason for' },
  { word: 'befall', pattern: /\bbefall(?:s|en)?\b|\bbefell\b/i, instead: 'happens to, occurs in' },
  { word: 'not regarded', pattern: /\b(?:not|un)[ ·]?regarded\b/i, instead: 'ignored' },
  { word: 'goes on with it', pattern: /\bgo(?:es)? on with it\b/i, instead: 'continues, tries again' },
  { word: 'wished for', pattern: /\bwished(?: for)?\b/i, instead: 'expected' },
];

/** One use of a retired word. */
export interface RetiredUse {
  readonly word: string;
  /** From 1. */
  readonly line: number;
  readonly instead: string;
}

/** @returns the uses of retired words in the text of a file, in the order of the list. */
export function retiredUses(text: string, words: readonly RetiredWord[] = retiredWords): RetiredUse[] {
  const prose = readable(text);
  return words.flatMap(({ word, pattern, instead }) => {
    const everywhere = new RegExp(pattern.source.replaceAll(' ', '\\s+'), `${pattern.flags}g`);
    return [...prose.matchAll(everywhere)].map(({ index }) => ({
      word,
      line: prose.slice(0, index).split('\n').length,
      instead,
    }));
  });
}

/**
 * The text as a reader sees it, line by line: a phrase that a comment or a string carries on to the next line is whole,
 * the parts of an identifier stand apart (`alertsTold` is `alerts·Told`, `told_at` is `told·at`), and what the glossary
 * lists as replaced is left out.
 */
function readable(text: string): string {
  return text
    .replaceAll(/<!-- glossary -->.*?<!-- \/glossary -->/gs, (glossary) => glossary.replaceAll(/[^\n]/g, ' '))
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:\/\*\*?|\*\/?|\/\/|#|>)?\s*/, '')
        .replace(/^['"`](?=.*['"`])/, '')
        .replace(/['"`]\s*\+\s*$/, '')
        .replaceAll(/([a-z\d])(?=[A-Z])|_/g, '$1·'),
    )
    .join('\n');
}
