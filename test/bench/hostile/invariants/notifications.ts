import { seriesKey } from '../../../../lib/series/labels.ts';
import { type Background, STEP_SECONDS, tickSeconds } from '../healthy-background.ts';
import type { NotifiedIncident } from '../servers/alertmanager-in-process.ts';
import type { Comparison, Invariant } from './invariant.ts';
import { clockTime } from './series-points.ts';

const TWO_TICKS_SECONDS = 2 * STEP_SECONDS;
/** A tick ends a little after its time. */
const TOLERATED_SECONDS = 55;
/** What goes on while history is replayed is notified late, and not the matter here. */
const FIRST_TICK = 15;

/** Whoever would have been notified of an incident is notified within two ticks of when that was possible, and of its end. */
export const notifiedInTime: Invariant = {
  name: 'incidents-notified-within-two-ticks',
  *violations(comparison) {
    const { undisturbed, disturbed, allowances, horizonSeconds } = comparison;
    for (const [id, incident] of undisturbed.incidents) {
      const { metric, instance, startsSeconds, firstSeconds, resolvedSeconds } = incident;
      if (startsSeconds < tickSeconds(FIRST_TICK) || firstSeconds > horizonSeconds - 2 * TWO_TICKS_SECONDS)
        continue;
      const untouched = untouchedUntil(comparison, incident);
      if (untouched <= firstSeconds) continue;
      const deadline = allowances.deadline(metric, firstSeconds, TWO_TICKS_SECONDS + TOLERATED_SECONDS);
      const which = `the incident of ${metric} at ${instance}, ${clockTime(startsSeconds)},`;
      const found = disturbed.incidents.get(id);
      if (found === undefined) yield `${which} was never notified`;
      else if (found.firstSeconds > deadline)
        yield `${which} was notified at ${clockTime(found.firstSeconds)}, after ${clockTime(deadline)}`;
      else if (
        resolvedSeconds !== undefined &&
        resolvedSeconds < horizonSeconds - 2 * TWO_TICKS_SECONDS &&
        resolvedSeconds < untouched &&
        found.resolvedSeconds === undefined
      )
        yield `the end of ${which} was never notified`;
    }
  },
};

/** Nobody is notified of what the undisturbed run found to be normal. */
export const noFalseAlerts: Invariant = {
  name: 'no-incident-that-was-none',
  *violations(comparison) {
    const { undisturbed, disturbed } = comparison;
    for (const [id, incident] of disturbed.incidents) {
      const { metric, instance, startsSeconds } = incident;
      if (undisturbed.incidents.has(id) || startsSeconds >= untouchedUntil(comparison, incident)) continue;
      yield `an incident of ${metric} at ${instance}, ${clockTime(startsSeconds)}, was notified that is none`;
    }
  },
};

/** Incidents are known by metric and instance: all of its series count. */
function untouchedUntil(
  { background, allowances }: Pick<Comparison, 'background' | 'allowances'>,
  { metric, instance }: NotifiedIncident,
): number {
  return Math.min(...keysOf(background, metric, instance).map((key) => allowances.touchedFrom(metric, key)));
}

function keysOf({ metrics }: Background, metric: string, instance: string): string[] {
  const series = metrics.find(({ name }) => name === metric)?.series ?? [];
  return series
    .filter(({ labels }) => labels.instance === instance)
    .map(({ key, labels }) => key || seriesKey(labels));
}
