import type { Labels } from '../../series/labels.ts';
import { normalAt, wanderingAt } from '../../series/seeded-noise.ts';

const SECONDS_PER_DAY = 86_400;
const SECONDS_PER_WEEK = 604_800;
/** Monday 1970-01-05, so that weeks begin on Monday. */
const FIRST_MONDAY_SECONDS = 4 * SECONDS_PER_DAY;

export type IncidentKind = 'spike' | 'dip' | 'level-shift' | 'ramp' | 'flatline' | 'variance-burst';

/** Trouble put into a simulated series: the ground truth that a detector is held against. */
export interface SimulatedIncident {
  readonly kind: IncidentKind;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  /** In standard deviations of the series' noise; a flatline has none. */
  readonly size: number;
}

/** The recipe of one simulated series. */
export interface SimulatedSeries {
  readonly labels: Labels;
  readonly seed: number;
  /** Value without any rhythm. */
  readonly level: number;
  /** Half of the difference between the busiest and the quietest hour. */
  readonly dailyAmplitude: number;
  /** Hour of the day, UTC, at which a working day is busiest. */
  readonly busiestHour: number;
  /** The share of the daily rhythm that is left at the weekend, 0 to 1. */
  readonly weekendShare: number;
  /** Growth of the level in one day. */
  readonly trendPerDay: number;
  /** Standard deviation of the noise, two thirds of it independent, the rest wandering over half an hour. */
  readonly noise: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly incidents: readonly SimulatedIncident[];
}

/** The series' value at a time; the same for every call. */
export function simulatedValue(series: SimulatedSeries, timeSeconds: number): number {
  const flat = series.incidents.find(
    (incident) => incident.kind === 'flatline' && isDuring(incident, timeSeconds),
  );
  // A stuck exporter repeats what it saw last.
  const seenAt = flat === undefined ? timeSeconds : flat.startSeconds;
  const value = rhythm(series, seenAt) + disturbance(series, seenAt);
  return Math.max(series.minimum, Math.min(series.maximum, value));
}

/** Whether the incident is going on. */
export function isDuring(incident: SimulatedIncident, timeSeconds: number): boolean {
  return (
    timeSeconds >= incident.startSeconds && timeSeconds < incident.startSeconds + incident.durationSeconds
  );
}

function rhythm(series: SimulatedSeries, timeSeconds: number): number {
  const dayPhase = (timeSeconds / SECONDS_PER_DAY - series.busiestHour / 24) * 2 * Math.PI;
  // A second harmonic makes mornings steeper than evenings, as real load is.
  const daily = 0.85 * Math.cos(dayPhase) + 0.15 * Math.cos(2 * dayPhase + 0.6);
  const dayOfWeek = Math.floor(((timeSeconds - FIRST_MONDAY_SECONDS) % SECONDS_PER_WEEK) / SECONDS_PER_DAY);
  const weekly = dayOfWeek >= 5 ? series.weekendShare : 1;
  const trend = (series.trendPerDay * (timeSeconds % (26 * SECONDS_PER_WEEK))) / SECONDS_PER_DAY;
  return series.level + trend + series.dailyAmplitude * daily * weekly;
}

function disturbance(series: SimulatedSeries, timeSeconds: number): number {
  const white = normalAt(series.seed, Math.floor(timeSeconds));
  const wandering = wanderingAt(series.seed ^ 0x5bd1e995, timeSeconds, 1800);
  let noise = Math.sqrt(2 / 3) * white + Math.sqrt(1 / 3) * wandering;
  let offset = 0;
  for (const incident of series.incidents) {
    if (!isDuring(incident, timeSeconds)) continue;
    if (incident.kind === 'variance-burst') noise *= incident.size;
    else offset += offsetOf(incident, timeSeconds);
  }
  return series.noise * (noise + offset);
}

/** In standard deviations of the noise. */
function offsetOf(incident: SimulatedIncident, timeSeconds: number): number {
  const progress = (timeSeconds - incident.startSeconds) / incident.durationSeconds;
  switch (incident.kind) {
    case 'spike':
    case 'level-shift':
      return incident.size;
    case 'dip':
      return -incident.size;
    case 'ramp':
      return incident.size * progress;
    default:
      return 0;
  }
}
