import type { RefusedPoints } from '../send-good-points.ts';

/** The parts of an answer's JSON that servers use; InfluxDB 3 has one object for `data` where it stored nothing. */
interface Body {
  readonly error?: unknown;
  readonly message?: unknown;
  readonly line?: unknown;
  readonly data?: unknown;
}

/** InfluxDB 2: `unable to parse '<line>': <reason>`, one after another. */
const UNPARSED = 'unable to parse ';
/** InfluxDB Cloud on the storage of InfluxDB 3: `error parsing line 4 (1-based): <reason>`, one a line. */
const NUMBERED = /\berror (?:parsing|in|on|at) line (\d+)(?: \(1-based\))?: ?([^\n]*)/g;
/** InfluxDB Cloud (TSM): `partial write error (1 accepted): 2/3 points rejected; first error: at line 3:13: <reason>`. */
const FIRST = /\bat line (\d+):\d+: ?([^\n]*)/;
const COUNTS = [/\bdropped=(\d+)/, /\b(\d+)\/\d+ points rejected/];

/**
 * Reads which lines a server refused. InfluxDB 2 names those that it can't parse by their text, and counts those whose
 * type conflicts; InfluxDB 3 and Cloud name them by number.
 *
 * @param status of the answer: 400 or 422.
 * @param body the answer's JSON, or its text where it has none.
 * @param lines of the request, in its order.
 */
export function refusedLines(status: number, body: unknown, lines: readonly string[]): RefusedPoints {
  const { error, message, line, data }: Body = typeof body === 'object' && body !== null ? body : {};
  const text = [error, message, body].find((one): one is string => typeof one === 'string') ?? '';
  const named = new Map<number, string>();
  const addNumber = (number: unknown, reason: unknown) => {
    const index = Number(number) - 1;
    if (index in lines && !named.has(index)) named.set(index, String(reason ?? text));
  };
  // A text over several lines is one point, and servers differ in how they count it.
  if (!lines.some((one) => one.includes('\n'))) {
    for (const one of [data ?? []].flat())
      if (isNumberedError(one)) addNumber(one.line_number, one.error_message);
    for (const [, number, reason] of text.matchAll(NUMBERED)) addNumber(number, reason);
    const [, number, reason] = FIRST.exec(text) ?? [];
    addNumber(number, reason);
    if (named.size === 0) addNumber(line, text);
  }
  addTexts(named, text, lines);
  const counted = COUNTS.map((pattern) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  const count = Math.min(lines.length, Math.max(Number(counted ?? 0), named.size));
  const areOthersStored = status === 422 || counted !== undefined || /\bpartial write\b/.test(text);
  return { areOthersStored, named, count: count === 0 ? undefined : count };
}

function isNumberedError(
  one: unknown,
): one is { readonly line_number: unknown; readonly error_message?: unknown } {
  return typeof one === 'object' && one !== null && 'line_number' in one;
}

function addTexts(named: Map<number, string>, text: string, lines: readonly string[]): void {
  if (!text.includes(UNPARSED)) return;
  for (const [index, line] of lines.entries()) {
    const quoted = `${UNPARSED}'${line}'`;
    const start = text.indexOf(quoted);
    if (start < 0) continue;
    const reason = text.slice(start + quoted.length).replace(/^: /, '');
    named.set(index, reason.split(`\n${UNPARSED}`, 1)[0] ?? '');
  }
}
