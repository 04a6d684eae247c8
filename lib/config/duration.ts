import { InvalidDurationError } from './errors.ts';

const unitSeconds = { y: 31_536_000, w: 604_800, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** A Prometheus duration: units from large to small, each at most once. */
export const durationPattern =
  '^(?:0|(?=.)(?:\\d+y)?(?:\\d+w)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m(?!s))?(?:\\d+s)?(?:\\d+ms)?)$';
const duration = new RegExp(durationPattern);

/**
 * The seconds of a Prometheus duration such as `30s`, `1h30m`, `14d` or `0`. A day has 24 hours, a year 365
 * days.
 *
 * @throws InvalidDurationError when the text is not a Prometheus duration.
 */
export function parseDuration(text: string): number {
  if (!duration.test(text)) throw new InvalidDurationError(text, suggestDuration(text));
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    milliseconds += Number(amount) * unitSeconds[unit as keyof typeof unitSeconds] * 1000;
  }
  return Math.round(milliseconds) / 1000;
}

/** The shortest Prometheus duration for a number of seconds (>= 0, to the millisecond): 5400 is `1h30m`. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds * 1000);
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const size = unitSeconds[unit] * 1000;
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === '' ? '0s' : text;
}

const words: Record<string, keyof typeof unitSeconds> = {
  milliseconds: 'ms',
  seconds: 's',
  minutes: 'm',
  hours: 'h',
  days: 'd',
  weeks: 'w',
  years: 'y',
};

/** The unit that a word, an abbreviation or a capital letter stands for. */
function unitOf(word: string): keyof typeof unitSeconds | undefined {
  const lower = word.toLowerCase();
  if (lower === '') return 's';
  if (lower in unitSeconds) return lower as keyof typeof unitSeconds;
  if (lower === 'ms' || lower === 'msec' || lower === 'millis') return 'ms';
  return Object.entries(words).find(([name]) => name.startsWith(lower))?.[1];
}

/** The duration that an invalid text probably means, such as `5 minutes`, `60` or `1.5h`. */
export function suggestDuration(text: string): string | undefined {
  let seconds = 0;
  let rest = text.trim();
  if (rest === '') return undefined;
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)[\s,]*/i.exec(rest);
    const unit = match === null ? undefined : unitOf(match[2] ?? '');
    if (match === null || unit === undefined) return undefined;
    seconds += Number(match[1]) * unitSeconds[unit];
    rest = rest.slice(match[0].length);
  }
  return formatDuration(seconds);
}
