import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Configuration } from '../config/schema.ts';
import { accuracyDashboard } from './accuracy-dashboard.ts';
import { metricDashboard } from './metric-dashboard.ts';
import { modelsDashboard } from './models-dashboard.ts';
import { operationsDashboard } from './operations-dashboard.ts';
import { overviewDashboard } from './overview-dashboard.ts';
import type { DashboardStore } from './store/dashboard-store.ts';

/**
 * Every dashboard of an installation, by file name. A store that does not hold what a dashboard shows has no such file.
 *
 * @param store where the dashboards read the results.
 */
export function dashboards(
  { grafana }: Pick<Configuration, 'grafana'>,
  store: DashboardStore,
): Readonly<Record<string, Dashboard>> {
  const from = `now-${grafanaDuration(grafana.dashboard.timeRangeSeconds)}`;
  const made: Readonly<Record<string, Dashboard | undefined>> = {
    'overview.json': overviewDashboard(grafana, store, from),
    'metric.json': metricDashboard(grafana, store, from),
    'models.json': modelsDashboard(grafana, store),
    'accuracy.json': accuracyDashboard(grafana, store),
    'operations.json': operationsDashboard(grafana, store, from),
  };
  return Object.fromEntries(
    Object.entries(made).flatMap(([file, dashboard]) =>
      dashboard === undefined ? [] : [[file, dashboard] as const],
    ),
  );
}

/** The time before now in the largest unit that it is a whole number of: Grafana knows "6h", not "1h30m". */
function grafanaDuration(seconds: number): string {
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const)
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  return `${seconds}s`;
}
