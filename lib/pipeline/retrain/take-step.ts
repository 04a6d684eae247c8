import type { RetrainTask } from '../../config/retrain-task.ts';
import { failStep } from './fail-step.ts';
import { fitStep, type RetrainSettings } from './fit-step.ts';
import { planRetrain } from './plan-retrain.ts';
import { promoteStep } from './promote-step.ts';
import { reportRetrain } from './report-retrain.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/**
 * Runs the step of a retraining that the state machine requests.
 *
 * @param afterReport called after the report; it must not throw.
 * @returns the state machine's next input.
 */
export async function takeStep(
  ports: RetrainPorts,
  settings: RetrainSettings,
  task: RetrainTask,
  afterReport: (id: string) => Promise<void>,
): Promise<object> {
  const { id } = task;
  switch (task.task) {
    case 'plan': {
      const enabled = settings.metrics.map(({ name }) => name);
      const { metrics } = await planRetrain(ports.runs, id, Date.parse(task.startedAt) / 1000, enabled);
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
      const summary = await reportRetrain(ports, settings, id);
      await afterReport(id);
      return summary;
    }
  }
}
