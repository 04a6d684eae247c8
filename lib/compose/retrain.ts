import { openNoticeChannels } from '../alerts/open-alert-channels.ts';
import type { RetrainTask } from '../config/retrain-task.ts';
import type { Configuration } from '../config/schema.ts';
import { realRetryEnvironment } from '../connections/retry.ts';
import { evaluateAfterwards } from '../pipeline/evaluation/evaluate-retrained.ts';
import type { RetrainPorts } from '../pipeline/retrain/retrain-ports.ts';
import { takeStep } from '../pipeline/retrain/take-step.ts';
import { RunStore } from '../pipeline/runs/run-store.ts';
import type { Workflow } from '../workflows/workflow.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { retrainPorts, retrainSettings } from './training.ts';

/** The steps of a retraining, wired. */
export interface ComposedRetrain extends AsyncDisposable {
  readonly ports: RetrainPorts;
  /** Runs one step and returns the state machine's next input. */
  take(task: RetrainTask): Promise<object>;
}

/**
 * Wires the steps of the configured retraining. Adapters in `replaced` override the configured ones. Without
 * `evaluateWorkflow`, no evaluation follows.
 */
export async function composeRetrain(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<RetrainPorts> & { readonly evaluateWorkflow?: Pick<Workflow, 'start'> } = {},
): Promise<ComposedRetrain> {
  const { logger, environment, remainingMilliseconds } = runtime;
  const { afterRetrain } = configuration.evaluation;
  const { evaluateWorkflow: workflow } = replaced;
  const retries = realRetryEnvironment(remainingMilliseconds);
  const runs = replaced.runs ?? new RunStore(composeObjects(configuration, runtime));
  const notices = replaced.notices ?? openNoticeChannels(configuration, { logger, environment, retries });
  const ports = await retrainPorts(configuration, runtime, { ...replaced, runs, notices });
  const settings = retrainSettings(configuration);
  const afterReport = async (id: string) => {
    if (workflow !== undefined && afterRetrain.enabled)
      await evaluateAfterwards({ runs, workflow, logger }, id, afterRetrain);
  };
  return {
    ports,
    take: (task) => takeStep(ports, settings, task, afterReport),
    [Symbol.asyncDispose]: () => ports.results[Symbol.asyncDispose](),
  };
}
