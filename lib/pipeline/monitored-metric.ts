import type { SeriesMonitor } from '../detector/monitor-series.ts';
import type { MaintenanceWindow } from './maintenance.ts';

/** One metric as the tick sees it. */
export interface MonitoredMetric {
  readonly name: string;
  readonly query: string;
  /** Detector, knobs and step. */
  readonly monitor: SeriesMonitor<unknown>;
  /** How long a sample may be on its way before its step is scored. */
  readonly delaySeconds: number;
  /** What lies further back than this when a tick comes is given up. */
  readonly maximumCatchUpSeconds: number;
  /** More series than this is an error of the metric's query. */
  readonly maximumSeries: number;
  /** When nothing is told of it, though it is scored; never by default. */
  readonly maintenance?: readonly MaintenanceWindow[];
}
