import { uniformAt } from '../../series/seeded-noise.ts';
import type { IncidentKind, SimulatedIncident } from './simulated-series.ts';

const SECONDS_PER_WEEK = 604_800;

/** An incident of a host, with the shortest and the longest time that it lasts, in minutes. */
const KINDS: readonly { readonly kind: IncidentKind; readonly minutes: readonly [number, number] }[] = [
  { kind: 'spike', minutes: [5, 20] },
  { kind: 'dip', minutes: [5, 20] },
  { kind: 'level-shift', minutes: [60, 240] },
  { kind: 'ramp', minutes: [60, 240] },
  { kind: 'flatline', minutes: [60, 180] },
  { kind: 'variance-burst', minutes: [30, 120] },
];
/** In standard deviations of the noise. */
const SIZES = { least: 6, most: 12 } as const;

/**
 * The incidents of one series that touch a stretch of time. Every week is cut into as many parts as it has incidents, and each lies
 * somewhere in its part, so that no two meet.
 *
 * @param seed the same seed gives the same incidents, whichever stretch is asked for.
 * @param perWeek how many in a week, on average; a share of one happens in that share of the weeks.
 */
export function plannedIncidents(
  seed: number,
  perWeek: number,
  startSeconds: number,
  endSeconds: number,
): SimulatedIncident[] {
  const incidents: SimulatedIncident[] = [];
  const lastWeek = Math.floor(endSeconds / SECONDS_PER_WEEK);
  for (let week = Math.floor(startSeconds / SECONDS_PER_WEEK); week <= lastWeek; week += 1) {
    const whole = Math.floor(perWeek);
    const count = whole + (uniformAt(seed, 7 * week) < perWeek - whole ? 1 : 0);
    for (let part = 0; part < count; part += 1) incidents.push(incidentIn(seed, week, part, count));
  }
  return incidents.filter(
    (incident) =>
      incident.startSeconds <= endSeconds && incident.startSeconds + incident.durationSeconds > startSeconds,
  );
}

function incidentIn(seed: number, week: number, part: number, count: number): SimulatedIncident {
  const chance = (purpose: number) => uniformAt(seed ^ 0x2545f491, (week * 1000 + part) * 8 + purpose);
  const { kind, minutes } = KINDS[Math.floor(chance(0) * KINDS.length)] as (typeof KINDS)[number];
  const [shortest, longest] = minutes;
  const partSeconds = SECONDS_PER_WEEK / count;
  // Many incidents a week are short ones.
  const drawn = 60 * (shortest + chance(1) * (longest - shortest));
  const durationSeconds = Math.max(60, Math.min(Math.round(drawn), Math.floor(partSeconds / 2)));
  const room = partSeconds - durationSeconds;
  const startSeconds = Math.floor(week * SECONDS_PER_WEEK + part * partSeconds + chance(2) * room);
  const size = SIZES.least + chance(3) * (SIZES.most - SIZES.least);
  return { kind, startSeconds, durationSeconds, size };
}
