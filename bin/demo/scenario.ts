import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import type { SimulatedIncident, SimulatedSeries } from '../../lib/sources/simulation/simulated-series.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** Monday 2 March 2026, 00:00 UTC: fixed, so that the demo is reproducible. */
export const liveStartSeconds = Date.UTC(2026, 2, 2) / 1000;
export const historySeconds = 14 * DAY_SECONDS;
export const liveSeconds = 2 * DAY_SECONDS;

/** One incident of the demo: the ground truth. */
export interface InjectedIncident extends SimulatedIncident {
  readonly host: number;
}

const at = (day: number, hour: number) => liveStartSeconds + day * DAY_SECONDS + hour * HOUR_SECONDS;

/** The incidents of the live part; the history before it has none. */
export const injectedIncidents: readonly InjectedIncident[] = [
  { host: 0, kind: 'level-shift', startSeconds: at(0, 9.5), durationSeconds: 3 * HOUR_SECONDS, size: 6 },
  { host: 1, kind: 'spike', startSeconds: at(0, 15), durationSeconds: 900, size: 12 },
  { host: 4, kind: 'dip', startSeconds: at(0, 20), durationSeconds: 2 * HOUR_SECONDS, size: 8 },
  { host: 2, kind: 'flatline', startSeconds: at(1, 3), durationSeconds: 4 * HOUR_SECONDS, size: 0 },
  { host: 3, kind: 'ramp', startSeconds: at(1, 8), durationSeconds: 8 * HOUR_SECONDS, size: 14 },
  { host: 5, kind: 'variance-burst', startSeconds: at(1, 17), durationSeconds: 2 * HOUR_SECONDS, size: 6 },
];

/** The simulated hosts with their incidents. */
export function demoHosts(seed: number, hostCount: number): SimulatedSeries[] {
  return cpuScenario(seed, hostCount, (host) =>
    injectedIncidents.filter((incident) => incident.host === host),
  );
}
