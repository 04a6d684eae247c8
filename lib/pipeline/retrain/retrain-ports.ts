import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import type { ResultStore } from '../../results/result-store.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { FittedMetric, TrainingPorts } from '../training/fit-metric.ts';

/** What the steps of a retraining need. */
export interface RetrainPorts extends TrainingPorts {
  readonly runs: RunStore;
  readonly results: ResultStore;
  readonly notices: readonly NoticeChannel[];
  readonly metrics: OperationalMetrics;
  /** Wall clock, Unix seconds; only used to record end times. */
  readonly nowSeconds: () => number;
  /** Called with every fitted metric and the decisions on its series. */
  readonly onFitted?: ((fitted: FittedMetric) => void) | undefined;
}
