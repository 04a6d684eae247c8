/** Controls (also those that begin escape sequences), line separators, and what changes the direction of text or hides it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/**
 * Text from outside, safe to show on a terminal and to write into a comment: blanks instead of line breaks and tabs, and
 * other characters that can't be seen as escapes such as `\u{1b}`.
 *
 * @param maximumLength longer text is cut, in characters.
 */
export function printableText(text: string, maximumLength = 200): string {
  const line = text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(UNPRINTABLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return line.length <= maximumLength ? line : `${line.slice(0, maximumLength - 1).trimEnd()}…`;
}
