import { seedOf } from '../../series/seeded-noise.ts';
import { cpuScenario } from './cpu-scenario.ts';
import { plannedIncidents } from './planned-incidents.ts';
import type { SimulatedSeries } from './simulated-series.ts';

/** A simulation as the configuration describes it. */
export interface SimulationSettings {
  readonly seed: number;
  readonly hosts: number;
  /** The noise, as a share of the daily rhythm's height. */
  readonly noise: number;
  /** Incidents a series and week. */
  readonly incidentsPerWeek: number;
}

/** The hosts over a stretch of time; their `incidents` are the truth that a detector is held against. */
export function simulatedHosts(
  { seed, hosts, noise, incidentsPerWeek }: SimulationSettings,
  startSeconds: number,
  endSeconds: number,
): SimulatedSeries[] {
  const incidentsOf = (host: number) =>
    plannedIncidents(seedOf(`${seed}/incidents/${host}`), incidentsPerWeek, startSeconds, endSeconds);
  return cpuScenario(seed, hosts, incidentsOf).map((series) => ({
    ...series,
    noise: noise * 2 * series.dailyAmplitude,
  }));
}
