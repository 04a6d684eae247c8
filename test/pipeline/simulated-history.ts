import type { Series } from '../../lib/series/series.ts';
import { cpuScenario } from '../../lib/sources/simulation/cpu-scenario.ts';
import { simulatedValue } from '../../lib/sources/simulation/simulated-series.ts';

/** A Thursday in October 2025, on the hour. */
export const HISTORY_START = 1_760_000_400;
export const HISTORY_STEP = 300;

/** Undisturbed CPU usage of some hosts, at five minutes. */
export function simulatedHistory(days: number, hosts: number): Series[] {
  return historyAt(HISTORY_STEP, days, hosts);
}

/** The same at a minute. */
export function minuteHistory(days: number, hosts: number): Series[] {
  return historyAt(60, days, hosts);
}

function historyAt(stepSeconds: number, days: number, hosts: number): Series[] {
  return cpuScenario(1, hosts).map((recipe) => {
    const timesSeconds = Float64Array.from(
      { length: (days * 86_400) / stepSeconds },
      (_, index) => HISTORY_START + index * stepSeconds,
    );
    const values = timesSeconds.map((time) => simulatedValue(recipe, time));
    return { labels: recipe.labels, samples: { timesSeconds, values } };
  });
}
