import { seedOf, uniformAt } from '../../series/seeded-noise.ts';
import type { SimulatedIncident, SimulatedSeries } from './simulated-series.ts';

/** Roles of hosts as one finds them: how busy, how rhythmic, how noisy. Percent of a CPU. */
const ROLES = [
  {
    role: 'web',
    level: 42,
    dailyAmplitude: 22,
    busiestHour: 14,
    weekendShare: 0.55,
    trendPerDay: 0.02,
    noise: 2.2,
  },
  {
    role: 'api',
    level: 35,
    dailyAmplitude: 16,
    busiestHour: 15,
    weekendShare: 0.6,
    trendPerDay: 0.03,
    noise: 1.8,
  },
  {
    role: 'db',
    level: 28,
    dailyAmplitude: 9,
    busiestHour: 13,
    weekendShare: 0.8,
    trendPerDay: 0.01,
    noise: 1.2,
  },
  {
    role: 'cache',
    level: 12,
    dailyAmplitude: 4,
    busiestHour: 14,
    weekendShare: 0.7,
    trendPerDay: 0,
    noise: 0.5,
  },
  {
    role: 'batch',
    level: 30,
    dailyAmplitude: 20,
    busiestHour: 2,
    weekendShare: 1,
    trendPerDay: 0,
    noise: 2.6,
  },
  {
    role: 'queue',
    level: 20,
    dailyAmplitude: 7,
    busiestHour: 16,
    weekendShare: 0.5,
    trendPerDay: 0.01,
    noise: 1,
  },
] as const;

/**
 * CPU usage of a few hosts, in percent, with a daily and a weekly rhythm, slow growth and noise.
 *
 * @param seed the same seed gives the same hosts and the same values.
 * @param incidentsOf the incidents of a host, by its index; none by default.
 */
export function cpuScenario(
  seed: number,
  hostCount: number,
  incidentsOf: (host: number) => readonly SimulatedIncident[] = () => [],
): SimulatedSeries[] {
  return Array.from({ length: hostCount }, (_, host) => {
    const { role, ...shape } = ROLES[host % ROLES.length] as (typeof ROLES)[number];
    const instance = `${role}-${Math.floor(host / ROLES.length) + 1}`;
    const own = seedOf(`${seed}/${instance}`);
    const scale = 0.85 + 0.3 * uniformAt(own, 0);
    return {
      ...shape,
      labels: { instance, job: 'node' },
      seed: own,
      level: shape.level * scale,
      minimum: 0,
      maximum: 100,
      incidents: incidentsOf(host),
    };
  });
}
