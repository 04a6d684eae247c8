import { scoreEvents } from '../../lib/evaluation/event-scores.ts';
import type { Incident } from '../../lib/evaluation/incidents.ts';
import type { AlertRecord } from '../../lib/results/result-store.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import type { SimulatedSeries } from '../../lib/sources/simulation/simulated-series.ts';
import { clock } from '../terminal/board-view.ts';
import type { Paint } from '../terminal/style.ts';
import { type InjectedIncident, liveSeconds, liveStartSeconds } from './scenario.ts';

/** The outcome of one injected incident. */
export interface IncidentOutcome {
  readonly host: string;
  readonly incident: InjectedIncident;
  /** From the incident's start to the first alert; undefined when missed. */
  readonly delaySeconds: number | undefined;
}

/** Incidents found and injected. */
export interface Scorecard {
  readonly outcomes: readonly IncidentOutcome[];
  readonly found: number;
  readonly injected: number;
  readonly falseAlerts: number;
  readonly falseAlertsPerSeriesWeek: number;
}

/** Compares the alerts of the live part with the injected incidents, by the rules of the quality bench. */
export function scorecardOf(
  hosts: readonly SimulatedSeries[],
  incidents: readonly InjectedIncident[],
  alerts: readonly AlertRecord[],
  stepSeconds: number,
): Scorecard {
  const indexOf = (timeSeconds: number) => Math.round((timeSeconds - liveStartSeconds) / stepSeconds);
  const outcomes: IncidentOutcome[] = [];
  let falseAlerts = 0;
  for (const [host, series] of hosts.entries()) {
    const key = seriesKey(series.labels);
    const raised = alerts.filter(({ kind, labels }) => kind !== 'resolved' && seriesKey(labels) === key);
    const indexes = raised.map(({ timeSeconds }) => indexOf(timeSeconds));
    const own = incidents.filter((incident) => incident.host === host);
    falseAlerts += scoreEvents(
      indexes,
      own.map((incident) => span(incident, indexOf)),
    ).falseAlerts;
    for (const incident of own) {
      const [delay] = scoreEvents(indexes, [span(incident, indexOf)]).delaysPoints;
      const delaySeconds = delay === undefined ? undefined : delay * stepSeconds;
      outcomes.push({ host: series.labels.instance ?? key, incident, delaySeconds });
    }
  }
  const weeks = (hosts.length * liveSeconds) / 604_800;
  return {
    outcomes: outcomes.toSorted((one, other) => one.incident.startSeconds - other.incident.startSeconds),
    found: outcomes.filter(({ delaySeconds }) => delaySeconds !== undefined).length,
    injected: outcomes.length,
    falseAlerts,
    falseAlertsPerSeriesWeek: falseAlerts / weeks,
  };
}

function span(incident: InjectedIncident, indexOf: (timeSeconds: number) => number): Incident {
  const { startSeconds, durationSeconds } = incident;
  return { firstIndex: indexOf(startSeconds), lastIndex: indexOf(startSeconds + durationSeconds) - 1 };
}

/** The scorecard as lines of text. */
export function scorecardLines(card: Scorecard, paint: Paint): string[] {
  const rows = card.outcomes.map(({ host, incident, delaySeconds }) => {
    const isFound = delaySeconds !== undefined;
    const verdict = isFound
      ? paint('green', delaySeconds === 0 ? '✔ at once' : `✔ after ${Math.round(delaySeconds / 60)} min`)
      : paint('red', '✘ missed');
    const what = incident.kind === 'flatline' ? incident.kind : `${incident.kind} of ${incident.size} sd`;
    const hours = `${incident.durationSeconds / 3600} h`;
    return `  ${clock(incident.startSeconds)}  ${host.padEnd(10)} ${what.padEnd(26)} ${hours.padEnd(7)} ${verdict}`;
  });
  const summary = `${card.found} of ${card.injected} injected incidents found, ${card.falseAlerts} false alerts`;
  const rate = `(${card.falseAlertsPerSeriesWeek.toFixed(2)} a series and week)`;
  return [paint('bold', 'Injected incidents:'), ...rows, '', `${paint('bold', summary)} ${rate}`];
}
