import { type ZoneOffset, zoneOffset } from '../series/zone-offset.ts';
import { UnknownPlaceError } from './errors.ts';
import type { LocalClock } from './model.ts';

const DAY_SECONDS = 86_400;

/**
 * The local time of a time zone over a span, with each change of its offset (daylight saving) to the second.
 *
 * @param fromSeconds Unix time; the first offset also applies before it.
 * @param toSeconds Unix time; the last offset also applies after it.
 * @throws UnknownPlaceError when the zone is not in the IANA database.
 */
export function clockOf(timeZone: string, fromSeconds: number, toSeconds: number): LocalClock {
  const offsetAt = offsetReader(timeZone);
  const transitions = [Math.floor(fromSeconds)];
  const offsets = [offsetAt(fromSeconds)];
  for (let day = Math.floor(fromSeconds); day < toSeconds; day += DAY_SECONDS) {
    const after = offsetAt(day + DAY_SECONDS);
    if (after === offsets.at(-1)) continue;
    let before = day;
    let until = day + DAY_SECONDS;
    while (until - before > 1) {
      const middle = Math.floor((before + until) / 2);
      if (offsetAt(middle) === after) until = middle;
      else before = middle;
    }
    transitions.push(until);
    offsets.push(after);
  }
  return {
    timeZone,
    transitionsSeconds: Float64Array.from(transitions),
    offsetsSeconds: Float64Array.from(offsets),
  };
}

function offsetReader(timeZone: string): ZoneOffset {
  try {
    return zoneOffset(timeZone);
  } catch {
    throw new UnknownPlaceError('time zone', timeZone, 'Europe/Berlin');
  }
}
