import { describe, expect, it } from 'vitest';
import { clockOf } from '../../lib/prophet/clock.ts';
import { UnknownPlaceError } from '../../lib/prophet/errors.ts';
import { forecastTimes, offsetSecondsAt, toUnixSeconds } from '../../lib/prophet/forecast-times.ts';
import { holidayCalendar } from '../../lib/prophet/holidays.ts';

const HOUR = 3600;
const at = (year: number, month: number, day: number, hour = 0): number =>
  Date.UTC(year, month - 1, day, hour) / 1000;
const year2024 = [at(2024, 1, 1), at(2025, 1, 1)] as const;

describe('clockOf', () => {
  it('finds the changes of daylight saving to the second', () => {
    const clock = clockOf('Europe/Berlin', ...year2024);
    expect([...clock.transitionsSeconds]).toEqual([year2024[0], at(2024, 3, 31, 1), at(2024, 10, 27, 1)]);
    expect([...clock.offsetsSeconds]).toEqual([HOUR, 2 * HOUR, HOUR]);
    expect(offsetSecondsAt(clock, at(2024, 3, 31, 1) - 1)).toBe(HOUR);
    expect(offsetSecondsAt(clock, at(2024, 3, 31, 1))).toBe(2 * HOUR);
  });

  it.each([
    ['Asia/Kolkata', [5.5 * HOUR]],
    ['UTC', [0]],
    ['Australia/Lord_Howe', [11 * HOUR, 10.5 * HOUR, 11 * HOUR]],
    ['Asia/Kathmandu', [5.75 * HOUR]],
  ])('knows %s, whose offset is no whole hour or never changes', (zone, offsets) => {
    expect([...clockOf(zone, ...year2024).offsetsSeconds]).toEqual(offsets);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => clockOf('Europe/Atlantis', ...year2024)).toThrow(UnknownPlaceError);
  });

  it('gives local times that turn back into the same Unix times but for the hour that comes twice', () => {
    const clock = clockOf('America/New_York', ...year2024);
    const times = Float64Array.from({ length: 8784 }, (_, hour) => year2024[0] + hour * HOUR);
    const local = forecastTimes(times).localSeconds(clock);
    const ambiguous = times.filter((time, row) => toUnixSeconds(clock, local[row]!) !== time);
    expect(ambiguous.length).toBeLessThanOrEqual(1);
  });
});

describe('holidayCalendar', () => {
  it('lasts from local midnight to local midnight', () => {
    const christmas = holidayCalendar({ country: 'DE' }, undefined, ...year2024).find(
      ({ name }) => name === 'Christmas Day',
    )!;
    expect([...christmas.windowsSeconds]).toEqual([at(2024, 12, 24, 23), at(2024, 12, 25, 23)]);
  });

  it('counts midnights of the zone that it is given', () => {
    const [day] = holidayCalendar({ country: 'US' }, 'America/Los_Angeles', at(2024, 7, 1), at(2024, 7, 10));
    expect([...day!.windowsSeconds]).toEqual([at(2024, 7, 4, 7), at(2024, 7, 5, 7)]);
  });

  it('is 23 hours long when daylight saving begins on it', () => {
    // Easter Sunday 2024 was the day on which Berlin changed its clocks.
    const easter = holidayCalendar({ country: 'DE', state: 'BB' }, undefined, ...year2024).find(
      ({ name }) => name === 'Easter Sunday',
    )!;
    expect(easter.windowsSeconds[1]! - easter.windowsSeconds[0]!).toBe(23 * HOUR);
  });

  it('knows the holidays of a state, and more of them over more years', () => {
    const names = (state?: string): readonly string[] =>
      holidayCalendar({ country: 'DE', state }, undefined, ...year2024).map(({ name }) => name);
    expect(names('BY')).toContain('Epiphany');
    expect(names()).not.toContain('Epiphany');
    const two = holidayCalendar({ country: 'DE' }, undefined, at(2024, 1, 1), at(2026, 1, 1));
    expect(two.find(({ name }) => name === 'Christmas Day')!.windowsSeconds.length).toBe(4);
  });

  it.each([{ country: 'XX' }, { country: '' }])('refuses the country $country', (place) => {
    expect(() => holidayCalendar(place, undefined, ...year2024)).toThrow(UnknownPlaceError);
  });
});
