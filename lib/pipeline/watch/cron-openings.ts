import type { CronFields } from '../../config/cron.ts';
import type { ZoneOffset } from '../../series/zone-offset.ts';

const DAY_SECONDS = 86_400;
const HOURS = 24;

/**
 * The times at which a cron expression matches on one day of a time zone.
 *
 * When the clock is set forward, a skipped time uses the offset before the change (02:30 becomes 03:30). When it is set
 * back, a repeated time matches once, the first time; an expression for every hour matches both.
 * Source: RFC 5545, section 3.3.5, local time.
 *
 * @param day days since 1970-01-01 in the calendar of the zone.
 * @returns Unix seconds, ascending.
 */
export function openingsOn(day: number, cron: CronFields, offsetAt: ZoneOffset): number[] {
  if (!isOn(day, cron)) return [];
  const isEveryHour = cron.hours.length === HOURS;
  const [before, after] = [offsetAt((day - 1) * DAY_SECONDS), offsetAt((day + 2) * DAY_SECONDS)];
  const openings = new Set<number>();
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const local = day * DAY_SECONDS + hour * 3600 + minute * 60;
      const instants =
        before === after
          ? [local - before]
          : [local - before, local - after].filter((instant) => instant + offsetAt(instant) === local);
      if (instants.length === 0) openings.add(local - before);
      else if (isEveryHour) for (const instant of instants) openings.add(instant);
      else openings.add(Math.min(...instants));
    }
  }
  return [...openings].sort((a, b) => a - b);
}

function isOn(day: number, { months, daysOfMonth, daysOfWeek, isEitherDay }: CronFields): boolean {
  const date = new Date(day * DAY_SECONDS * 1000);
  if (!months.includes(date.getUTCMonth() + 1)) return false;
  const fitsMonth = daysOfMonth.includes(date.getUTCDate());
  const fitsWeek = daysOfWeek.includes(date.getUTCDay());
  return isEitherDay ? fitsMonth || fitsWeek : fitsMonth && fitsWeek;
}
