import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import { UnknownRunError } from '../errors.ts';
import type { TrainingPorts } from '../training/train.ts';
import type { RetrainPlan } from './retrain-run.ts';
import type { RetrainStore } from './retrain-store.ts';

/** What the steps of a retraining work with. */
export interface RetrainPorts extends TrainingPorts {
  readonly store: RetrainStore;
  readonly notices: readonly NoticeChannel[];
  readonly metrics: OperationalMetrics;
  /** The wall clock, Unix seconds: only to note when something ended. */
  readonly nowSeconds: () => number;
}

/** @throws UnknownRunError when the run was never planned. */
export async function planOf(store: RetrainStore, id: string): Promise<RetrainPlan> {
  const plan = await store.plan(id);
  if (plan === undefined) throw new UnknownRunError(id);
  return plan;
}
