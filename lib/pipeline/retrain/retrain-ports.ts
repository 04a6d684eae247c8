import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import type { ResultStore } from '../../results/result-store.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { FittedMetric, TrainingPorts } from '../training/fit-metric.ts';

/** What the steps of a retraining work with. */
export interface RetrainPorts extends TrainingPorts {
  readonly runs: RunStore;
  readonly results: ResultStore;
  readonly notices: readonly NoticeChannel[];
  readonly metrics: OperationalMetrics;
  /** The wall clock, Unix seconds: only to note when something ended. */
  readonly nowSeconds: () => number;
  /** Gets every fitted metric, with what was decided of each series; nobody when left out. */
  readonly onFitted?: ((fitted: FittedMetric) => void) | undefined;
}
