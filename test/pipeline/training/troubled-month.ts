import { normalAt } from '../../../lib/series/seeded-noise.ts';
import { DAY, midnight } from './training-run.ts';

export const STEP = 900;
export const hosts = Array.from({ length: 20 }, (_, index) => `host-${index}`);

/** What a series would be on a day without trouble: a rhythm of its own, and for every fifth a level that shifts for good. */
export function soundValue(name: string, time: number): number {
  const host = hosts.indexOf(name);
  const phase = ((time % DAY) / DAY) * 2 * Math.PI;
  const shifted = host % 5 === 1 && time >= midnight + 12 * DAY ? 15 : 0;
  const rhythm = (8 + host / 2) * Math.cos(phase + host);
  return 60 + host + rhythm + shifted + normalAt(host + 1, Math.floor(time / STEP));
}

/** What was measured in a month of trouble: outages, missing days, a target that dies, one poisoned night. */
export function measured(name: string, time: number): number | undefined {
  const host = hosts.indexOf(name);
  const day = Math.floor((time - midnight) / DAY);
  if (host % 5 === 0 && (day === 6 || day === 19)) return 0;
  if (host % 5 === 2 && (day === 3 || day === 4 || day === 15)) return undefined;
  if (host === 3 && day >= 9) return undefined;
  if (day === 10 && (time % DAY) / 3600 < 6) return soundValue(name, time) * 3;
  return soundValue(name, time);
}
