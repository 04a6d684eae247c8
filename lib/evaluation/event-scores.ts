import type { Incident } from './incidents.ts';

/** An alert up to this many points after an incident's last point still finds it. */
export const FOUND_AFTER_POINTS = 10;
/** An alert up to this many points before an incident's first point is not false: labels start late. */
const EARLY_POINTS = 2;
/**
 * An alert up to this many points after an incident's last point is not false: it may be caused by the
 * recovery.
 */
const AFTERMATH_POINTS = 30;

/** The alerts of one series compared with its labelled incidents. */
export interface EventScores {
  /** Incidents that began in the scored part. */
  readonly incidents: number;
  /** For each found incident, the points from its first one to the first alert on it; >= 0. */
  readonly delaysPoints: readonly number[];
  /** Alerts in the scored part. */
  readonly alerts: number;
  /** Alerts in the scored part that belong to no incident. */
  readonly falseAlerts: number;
}

/** The same over several series. */
export interface EventSummary {
  readonly falseAlertsPerSeriesWeek: number;
  /** Fraction of the incidents that were found, 0 to 1; null when there were none. */
  readonly recall: number | null;
  /** Fraction of the alerts that belong to an incident, 0 to 1; null when there were none. */
  readonly precision: number | null;
  /** Over the found incidents; null when none was found. */
  readonly medianDelayPoints: number | null;
}

/**
 * Scores alert events against incidents. An incident is found when an alert is between its first point and 10
 * points after its last; an alert is false when no incident reaches from 2 points after it to 30 points
 * before it.
 *
 * @param alertIndexes points of the series with an alert event, ascending.
 * @param incidents of the whole series, ascending; those that begin before the scored part excuse alerts, but
 * need not be found.
 * @param firstScoredIndex alerts before this point are ignored.
 */
export function scoreEvents(
  alertIndexes: readonly number[],
  incidents: readonly Incident[],
  firstScoredIndex = 0,
): EventScores {
  const alerts = alertIndexes.filter((index) => index >= firstScoredIndex);
  const sought = incidents.filter((incident) => incident.firstIndex >= firstScoredIndex);
  const delaysPoints = sought.flatMap(({ firstIndex, lastIndex }) => {
    const first = alerts.find((index) => index >= firstIndex);
    return first !== undefined && first <= lastIndex + FOUND_AFTER_POINTS ? [first - firstIndex] : [];
  });
  const falseAlerts = alerts.filter((alert) => !incidents.some((incident) => isNear(alert, incident))).length;
  return { incidents: sought.length, delaysPoints, alerts: alerts.length, falseAlerts };
}

function isNear(alert: number, { firstIndex, lastIndex }: Incident): boolean {
  return firstIndex <= alert + EARLY_POINTS && lastIndex >= alert - AFTERMATH_POINTS;
}

/**
 * Pools the scores of several series.
 *
 * @param seriesWeeks the total length of the scored parts, in weeks.
 */
export function summarizeEvents(scores: readonly EventScores[], seriesWeeks: number): EventSummary {
  const total = (field: 'incidents' | 'alerts' | 'falseAlerts') =>
    scores.reduce((sum, score) => sum + score[field], 0);
  const delays = scores.flatMap((score) => score.delaysPoints);
  const falseAlerts = total('falseAlerts');
  return {
    falseAlertsPerSeriesWeek: seriesWeeks > 0 ? falseAlerts / seriesWeeks : 0,
    recall: shareOf(delays.length, total('incidents')),
    precision: shareOf(total('alerts') - falseAlerts, total('alerts')),
    medianDelayPoints: median(delays),
  };
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function median(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
