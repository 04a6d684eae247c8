import Holidays from 'date-holidays';
import { UnknownPlaceError } from './errors.ts';
import type { HolidayOptions } from './options.ts';

/** One holiday by name, with its time spans. */
export interface HolidayCalendarEntry {
  readonly name: string;
  /** [start, end, start, end, ...], Unix seconds, ascending, ends excluded. */
  readonly windowsSeconds: Float64Array;
}

/**
 * A place's holidays over a span. Each lasts from local midnight to local midnight: 23 or 25 hours on a day
 * when daylight saving changes.
 *
 * @param timeZone the zone of the midnights; undefined means the place's own.
 * @throws UnknownPlaceError when date-holidays does not know the country, state or region.
 */
export function holidayCalendar(
  place: HolidayOptions,
  timeZone: string | undefined,
  fromSeconds: number,
  toSeconds: number,
): readonly HolidayCalendarEntry[] {
  const calendar = openCalendar(place, timeZone);
  const windows = new Map<string, number[]>();
  const firstYear = new Date(fromSeconds * 1000).getUTCFullYear() - 1;
  const lastYear = new Date(toSeconds * 1000).getUTCFullYear() + 1;
  for (let year = firstYear; year <= lastYear; year += 1) {
    for (const { name, start, end } of calendar.getHolidays(year)) {
      const startSeconds = start.getTime() / 1000;
      const endSeconds = end.getTime() / 1000;
      if (endSeconds <= fromSeconds || startSeconds > toSeconds) continue;
      const known = windows.get(name) ?? [];
      // A substitute day may be listed under two years.
      if (known.at(-2) !== startSeconds) known.push(startSeconds, endSeconds);
      windows.set(name, known);
    }
  }
  return [...windows]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, spans]) => ({ name, windowsSeconds: Float64Array.from(spans) }));
}

function openCalendar(place: HolidayOptions, timeZone: string | undefined): Holidays {
  const options = {
    types: [...(place.types ?? (['public'] as const))],
    languages: ['en'],
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  };
  const calendar = new Holidays();
  const parts = [place.country, place.state, place.region].filter((part) => part !== undefined);
  if (!(place.country in calendar.getCountries()))
    throw new UnknownPlaceError('country', place.country, 'DE or US');
  calendar.init({ country: place.country, ...omitUndefined(place) }, options);
  if (calendar.getHolidays(2024).length === 0) {
    throw new UnknownPlaceError('country', parts.join('-'), 'DE, DE-BY or US');
  }
  return calendar;
}

function omitUndefined({ state, region }: HolidayOptions): { state?: string; region?: string } {
  return { ...(state === undefined ? {} : { state }), ...(region === undefined ? {} : { region }) };
}
