import type { Samples } from '../../../lib/series/samples.ts';
import { uniformAt } from '../../../lib/series/seeded-noise.ts';
import { DAY_SECONDS, type Habit, startOf } from './habit.ts';

/** Size of an injected incident, in the spreads that alerts speak of. */
const INCIDENT_SPREADS = 8;
const INCIDENT_SECONDS = 1800;
const LEAST_POINTS = 3;
const INCIDENTS_PER_SERIES = 12;
/** The first two weeks are learnt. */
export const LEARNT_SECONDS = 14 * DAY_SECONDS;
/** An alert up to this many points after an incident finds it. */
const FOUND_AFTER_POINTS = 10;
/** How many places are tried for one incident: those without samples are no place. */
const TRIES = 30;

/** The rows that an injected incident covers, and the first one at which an alert does not find it any more. */
export interface PlannedIncident {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly endRow: number;
}

/** @returns incidents at seeded places from the third week on, in order; each is injected into a copy of its own. */
export function planIncidents(
  habit: Habit,
  { timesSeconds, values }: Samples,
  seed: number,
): PlannedIncident[] {
  const points = pointsOf(habit);
  const from = timesSeconds.findIndex((time) => time >= startOf(habit) + LEARNT_SECONDS);
  const room = values.length - points - FOUND_AFTER_POINTS - from;
  const planned: PlannedIncident[] = [];
  for (
    let attempt = 0;
    attempt < INCIDENTS_PER_SERIES * TRIES && planned.length < INCIDENTS_PER_SERIES;
    attempt += 1
  ) {
    const firstRow = from + Math.floor(room * uniformAt(seed + 0x17c, attempt));
    const incident = incidentAt(habit, firstRow);
    const there = values.subarray(firstRow, incident.lastRow + 1).filter(Number.isFinite).length;
    if (there >= LEAST_POINTS) planned.push(incident);
  }
  return planned.sort((one, other) => one.firstRow - other.firstRow);
}

/** An incident that begins at a row. */
export function incidentAt(habit: Habit, firstRow: number): PlannedIncident {
  const lastRow = firstRow + pointsOf(habit) - 1;
  return { firstRow, lastRow, endRow: lastRow + FOUND_AFTER_POINTS + 1 };
}

function pointsOf({ stepSeconds }: Habit): number {
  return Math.max(LEAST_POINTS, Math.round(INCIDENT_SECONDS / stepSeconds));
}

/** The values with the incident, from its first row to the row before its end. */
export function withIncident(
  habit: Habit,
  { values }: Samples,
  { firstRow, lastRow, endRow }: PlannedIncident,
  spread: number,
): Float64Array {
  const shift = (habit.incidents === 'down' ? -1 : 1) * INCIDENT_SPREADS * spread;
  const { minimum = -Infinity, maximum = Infinity } = habit;
  return values
    .slice(firstRow, endRow)
    .map((value, index) =>
      firstRow + index > lastRow ? value : Math.max(minimum, Math.min(maximum, value + shift)),
    );
}
