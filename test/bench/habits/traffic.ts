import { zoneOffset } from '../../../lib/series/zone-offset.ts';
import { DAY_SECONDS, HOUR_SECONDS } from './habit.ts';

const NIGHT_SHARE = 0.15;
const WEEKEND_SHARE = 0.35;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4;
const SATURDAY = 5;

/**
 * Traffic by local business hours, 0 to 1: low at night, a third of it at weekends.
 *
 * @param timeZone an IANA name.
 * @param isDayOff local days (since 1970) on which people behave as on a Sunday.
 */
export function businessHours(
  timeZone: string,
  isDayOff: (localDay: number) => boolean = () => false,
): (timeSeconds: number) => number {
  const offsetAt = zoneOffset(timeZone);
  let cachedHour = Number.NaN;
  let offset = 0;
  return (timeSeconds) => {
    const hourOfTime = Math.floor(timeSeconds / HOUR_SECONDS);
    if (hourOfTime !== cachedHour) {
      offset = offsetAt(timeSeconds);
      cachedHour = hourOfTime;
    }
    const local = timeSeconds + offset;
    const day = Math.floor(local / DAY_SECONDS);
    const hour = (local - day * DAY_SECONDS) / HOUR_SECONDS;
    const opens = 1 / (1 + Math.exp(-(hour - 8) * 1.8));
    const closes = 1 / (1 + Math.exp((hour - 18.5) * 1.1));
    const isWeekend = (day - FIRST_MONDAY) % 7 >= SATURDAY || isDayOff(day);
    return (NIGHT_SHARE + (1 - NIGHT_SHARE) * opens * closes) * (isWeekend ? WEEKEND_SHARE : 1);
  };
}

/** Days since the start, and seconds into that day. */
export function dayOf(timeSeconds: number, startSeconds: number): { day: number; secondOfDay: number } {
  const day = Math.floor((timeSeconds - startSeconds) / DAY_SECONDS);
  return { day, secondOfDay: timeSeconds - startSeconds - day * DAY_SECONDS };
}

/** Whether a day since a Monday is a weekday. */
export function isWeekday(day: number): boolean {
  return day % 7 < SATURDAY;
}
