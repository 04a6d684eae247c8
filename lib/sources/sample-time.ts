import { zoneOffset } from '../series/zone-offset.ts';

/** From here on a number is milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973. */
const FIRST_MILLISECONDS = 1e11;

/**
 * `2026-01-31`, `2026-01-31T12:00Z`, `2026-01-31 12:00:00.250+01:00`: ISO 8601, with a blank or T between date and time.
 */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Makes a reader of the times that people write: seconds or milliseconds since 1970, or ISO 8601.
 *
 * @param timeZone IANA name of the zone of ISO times that carry no offset.
 * @returns a function from text to Unix seconds, NaN when the text is not a time.
 */
export function timeReader(timeZone: string): (text: string) => number {
  const offsetSeconds = timeZone === 'UTC' ? () => 0 : offsetReader(timeZone);
  return (text) => {
    const trimmed = text.trim();
    if (/^[+-]?\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(trimmed)) return epochSeconds(Number(trimmed));
    return isoSeconds(trimmed, offsetSeconds);
  };
}

/** A number that is seconds or milliseconds since 1970, as seconds. */
export function epochSeconds(value: number): number {
  return Math.abs(value) >= FIRST_MILLISECONDS ? value / 1000 : value;
}

function isoSeconds(text: string, offsetSeconds: (localSeconds: number) => number): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const part = (index: number) => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const local = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const date = new Date(local * 1000);
  // Date.UTC carries 2026-02-30 over into March.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || minute > 59 || second > 59)
    return Number.NaN;
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`);
  return local + fraction - writtenOffset(match[8], () => offsetSeconds(local));
}

function writtenOffset(text: string | undefined, otherwise: () => number): number {
  if (text === undefined) return otherwise();
  if (text.toUpperCase() === 'Z') return 0;
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2)) * 60);
}

/**
 * The zone's offset from UTC at a local time. Of an hour that the autumn repeats the first is meant; one that the spring
 * leaves out is read with the offset before it.
 */
function offsetReader(timeZone: string): (localSeconds: number) => number {
  const offsetAt = zoneOffset(timeZone);
  return (localSeconds) => {
    // No zone is further than 14 hours from UTC, and none changes twice within two days.
    const before = offsetAt(localSeconds - 86_400);
    const after = offsetAt(localSeconds + 86_400);
    if (offsetAt(localSeconds - before) === before) return before;
    return offsetAt(localSeconds - after) === after ? after : before;
  };
}
