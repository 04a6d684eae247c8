import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesModels } from './series-models.ts';

/** One metric with its history, as an evaluation, a backtest or a tuning takes it. */
export interface WatchedHistory {
  readonly metric: string;
  readonly monitor: SeriesMonitor<unknown>;
  readonly models: SeriesModels;
  readonly series: readonly Series[];
  /** Whether a simulation made it up. */
  readonly isSimulated: boolean;
  /** The source's own words on why it may be partial. */
  readonly warnings: readonly string[];
}
