import { failed } from './fit-step.ts';
import { noteProgress, progressDocument } from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/**
 * The step of a retraining that notes that another one failed for good, so that the report can tell and the other
 * metrics go on. What is settled already stays: then only the answer of the step was lost.
 *
 * @param cause what Step Functions says of the failure: the JSON of an error of Lambda, or a text.
 */
export async function failStep(
  { runs, logger }: Pick<RetrainPorts, 'runs' | 'logger'>,
  id: string,
  metric: string,
  cause: string,
): Promise<void> {
  if ((await runs.read(progressDocument(metric), id))?.stage === 'settled') return;
  const reason = reasonIn(cause);
  logger.error('A metric could not be trained', { metric, run: id, reason });
  await noteProgress(runs, id, metric, failed(reason));
}

function reasonIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { readonly errorMessage?: unknown };
    if (typeof errorMessage === 'string') return errorMessage;
  } catch {
    // It is a text, as of a step that took too long.
  }
  return cause === '' ? 'the step took too long, or was ended' : cause;
}
