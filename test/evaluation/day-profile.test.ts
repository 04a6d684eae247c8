import { describe, expect, it } from 'vitest';
import { dayProfileOf } from '../../lib/evaluation/day-profile.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Three days of quarter-hours from a time on, at 5 but for the heights by the hour of the day. */
function profileOf(heightAtHour: (hour: number) => number, fromSeconds = 0) {
  const timesSeconds = Float64Array.from({ length: 3 * 96 }, (_, row) => fromSeconds + row * 900);
  const hourOf = (time: number) => (((time % DAY) + DAY) % DAY) / HOUR;
  return dayProfileOf({ timesSeconds, values: timesSeconds.map((time) => 5 + heightAtHour(hourOf(time))) });
}

describe('the typical day of a series', () => {
  it('has heights above its median, by the half-hour', () => {
    const profile = profileOf((hour) => (hour >= 10 && hour < 12 ? 8 : hour >= 20 ? -3 : 0));
    expect(profile.peakHeight).toBe(8);
    const at = (hour: number) => profile.peakHeightAt(7 * DAY + hour * HOUR);
    expect([9.99, 10, 11.99, 12].map(at)).toEqual([0, 8, 8, 0]);
    // What lies below the median has no height.
    expect(at(22)).toBe(0);
  });

  it('is the median of each half-hour: one unusual day does not change it', () => {
    const timesSeconds = Float64Array.from({ length: 3 * 48 }, (_, row) => row * 1800);
    const values = timesSeconds.map((time) =>
      time >= DAY && time < 2 * DAY ? 500 : time % DAY >= 12 * HOUR ? 2 : 1,
    );
    const profile = dayProfileOf({ timesSeconds, values });
    expect(profile.peakHeight).toBe(0.5);
  });

  it('says where the highest stretch of a length begins, past midnight too', () => {
    const morning = profileOf((hour) => (hour >= 10 && hour < 12 ? 8 : 0));
    expect(morning.peakStartSeconds(2 * HOUR)).toBe(10 * HOUR);
    // Of several equally high stretches the first is taken: an hour within two, and two within three.
    expect(morning.peakStartSeconds(HOUR)).toBe(10 * HOUR);
    expect(morning.peakStartSeconds(3 * HOUR)).toBe(9 * HOUR);
    const night = profileOf((hour) => (hour >= 23 || hour < 1 ? 8 : 0));
    expect(night.peakStartSeconds(2 * HOUR)).toBe(23 * HOUR);
    expect(profileOf((hour) => (hour >= 23.5 ? 8 : 0)).peakStartSeconds(HOUR / 2)).toBe(23.5 * HOUR);
  });

  it('takes at least one half-hour, and at most the whole day', () => {
    const profile = profileOf((hour) => (hour >= 10 && hour < 10.5 ? 9 : hour >= 10.5 && hour < 12 ? 8 : 0));
    expect(profile.peakStartSeconds(60)).toBe(10 * HOUR);
    expect(profile.peakStartSeconds(40 * 60)).toBe(10 * HOUR);
    // Two half-hours from 46 minutes on: 10:00 to 11:00.
    expect(profile.peakStartSeconds(46 * 60)).toBe(10 * HOUR);
    expect(profile.peakStartSeconds(5 * DAY)).toBe(0);
  });

  it('is flat for a series without a rhythm', () => {
    const profile = profileOf(() => 0);
    expect([profile.peakHeight, profile.peakStartSeconds(HOUR)]).toEqual([0, 0]);
  });

  it('covers only the hours that it has samples of', () => {
    const timesSeconds = Float64Array.from({ length: 12 }, (_, row) => 6 * HOUR + row * 1800);
    const values = timesSeconds.map((_, row) => row);
    const profile = dayProfileOf({ timesSeconds, values });
    expect(profile.peakHeight).toBe(5.5);
    expect(profile.peakHeightAt(DAY)).toBe(0);
    expect(profile.peakHeightAt(DAY + 11.5 * HOUR)).toBe(5.5);
  });

  it('knows the times before 1970 too', () => {
    const profile = profileOf((hour) => (hour >= 10 && hour < 12 ? 8 : 0), -5 * DAY - 2 * HOUR);
    expect(profile.peakHeightAt(-3 * DAY + 10 * HOUR)).toBe(8);
    expect(profile.peakHeightAt(-3 * DAY + 9 * HOUR)).toBe(0);
    expect(profile.peakStartSeconds(2 * HOUR)).toBe(10 * HOUR);
  });
});
