import { openNoticeChannels } from '../alerts/open-alert-channels.ts';
import type { RetrainTask } from '../config/retrain-task.ts';
import type { Configuration } from '../config/schema.ts';
import { realRetryEnvironment } from '../connections/retry.ts';
import { evaluateRetrained } from '../pipeline/evaluation/evaluate-retrained.ts';
import { EvaluationRunStore } from '../pipeline/evaluation/run-store.ts';
import { failStep } from '../pipeline/retrain/fail-step.ts';
import { fitStep } from '../pipeline/retrain/fit-step.ts';
import { planRetrain } from '../pipeline/retrain/plan-retrain.ts';
import { promoteStep } from '../pipeline/retrain/promote-step.ts';
import { reportRetrain } from '../pipeline/retrain/report-retrain.ts';
import type { RetrainPorts } from '../pipeline/retrain/retrain-ports.ts';
import { RetrainStore } from '../pipeline/retrain/retrain-store.ts';
import type { Workflow } from '../workflows/workflow.ts';
import { composeMetrics } from './metrics.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeTraining, trainingSettings } from './training.ts';

/** The steps of a retraining, wired. */
export interface ComposedRetrain extends AsyncDisposable {
  readonly ports: RetrainPorts;
  /** Takes one step, and answers what the state machine goes on by. */
  take(task: RetrainTask): Promise<object>;
}

/**
 * Wires the steps as the configuration says; `replaced` puts other adapters in the place of the configured ones. Without an
 * `evaluateWorkflow` nothing is evaluated afterwards.
 */
export async function composeRetrain(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<RetrainPorts> & { readonly evaluateWorkflow?: Pick<Workflow, 'start'> } = {},
): Promise<ComposedRetrain> {
  const { logger, environment, remainingMilliseconds } = runtime;
  const training = await composeTraining(configuration, runtime, replaced);
  const ports: RetrainPorts = {
    ...training.ports,
    store: replaced.store ?? new RetrainStore(composeObjects(configuration, runtime)),
    notices:
      replaced.notices ??
      openNoticeChannels(configuration, {
        logger,
        environment,
        retries: realRetryEnvironment(remainingMilliseconds),
      }),
    metrics: replaced.metrics ?? composeMetrics(configuration, runtime),
    nowSeconds: replaced.nowSeconds ?? (() => Math.floor(Date.now() / 1000)),
  };
  const settings = trainingSettings(configuration);
  return {
    ports,
    take,
    [Symbol.asyncDispose]: () => training[Symbol.asyncDispose](),
  };

  async function take(task: RetrainTask): Promise<object> {
    const { id } = task;
    switch (task.task) {
      case 'plan': {
        const enabled = settings.metrics.map(({ name }) => name);
        const { metrics } = await planRetrain(ports.store, id, Date.parse(task.startedAt) / 1000, enabled);
        return { id, metrics };
      }
      case 'fit':
        return { outcome: await fitStep(ports, settings, id, task.metric) };
      case 'promote':
        return { status: await promoteStep(ports, settings, id, task.metric) };
      case 'fail':
        await failStep(ports, id, task.metric, task.cause);
        return { status: 'failed' };
      case 'report': {
        const summary = await reportRetrain(ports, id);
        await evaluateAfterwards(id);
        return summary;
      }
    }
  }

  async function evaluateAfterwards(id: string): Promise<void> {
    const { evaluateWorkflow: workflow } = replaced;
    const { afterRetrain } = configuration.evaluation;
    if (workflow === undefined || !afterRetrain.enabled) return;
    const runs = new EvaluationRunStore(composeObjects(configuration, runtime));
    try {
      const started = await evaluateRetrained({ runs, workflow, store: ports.store }, id, afterRetrain);
      logger.info('Evaluations of what was retrained are started', { run: id, evaluations: started });
    } catch (error) {
      // The models are in use whether or not somebody evaluates them.
      logger.error('What was retrained could not be evaluated', { run: id, error });
    }
  }
}
