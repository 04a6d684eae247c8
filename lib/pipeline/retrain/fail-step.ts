import { failed } from './fit-step.ts';
import { noteProgress, progressDocument } from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/**
 * The step of a retraining that records the permanent failure of another step for the report, while the other metrics
 * continue. A settled metric stays unchanged: its step succeeded, and only its answer was lost.
 *
 * @param cause the cause from Step Functions: a Lambda error as JSON, or text.
 */
export async function failStep(
  { runs, logger }: Pick<RetrainPorts, 'runs' | 'logger'>,
  id: string,
  metric: string,
  cause: string,
): Promise<void> {
  if ((await runs.read(progressDocument(metric), id))?.stage === 'settled') return;
  const reason = reasonIn(cause);
  logger.error('Could not train a metric', { metric, run: id, reason });
  await noteProgress(runs, id, metric, failed(reason));
}

function reasonIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    if (typeof errorMessage === 'string') return errorMessage;
  } catch {
    // Plain text, as for a step that timed out.
  }
  return cause === '' ? 'the step timed out or was stopped' : cause;
}
