/** The offset of a zone's local time from UTC, in seconds, at a Unix time. */
export type ZoneOffset = (timeSeconds: number) => number;

/**
 * Derives a zone's offset from its local time in Intl, to the second, including daylight saving.
 *
 * @param timeZone an IANA name.
 * @throws RangeError when it is not one.
 */
export function zoneOffset(timeZone: string): ZoneOffset {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (timeSeconds) => {
    const whole = Math.floor(timeSeconds);
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(whole * 1000)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - whole;
  };
}
