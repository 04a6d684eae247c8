import type { Logger } from '../../telemetry/logger.ts';
import { planOf, progressOf } from '../retrain/retrain-documents.ts';
import { evaluationRequestSchema } from './evaluation-request.ts';
import { type StartingPorts, startEvaluation } from './start-evaluation.ts';

/** How much is evaluated after a retraining. */
export interface EvaluationAfterRetrain {
  /** Metrics per night. */
  readonly metrics: number;
  /** Series per metric. */
  readonly series: number;
  /** Injections per series. */
  readonly injections: number;
}

const DAY_SECONDS = 86_400;

/**
 * Starts evaluations of a retraining's metrics that did not fail: at most `metrics` per night, rotating so that every
 * metric gets its turn. Repeated, it starts no further evaluations.
 *
 * @param retrain id of the retraining; the evaluated history ends with its history.
 * @returns the ids of the evaluations.
 * @throws UnknownRunError when the retraining does not exist.
 */
export async function evaluateRetrained(
  ports: StartingPorts,
  retrain: string,
  { metrics: most, series, injections }: EvaluationAfterRetrain,
): Promise<string[]> {
  const { metrics, timeSeconds } = await planOf(ports.runs, retrain);
  const reached = await progressOf(ports.runs, retrain, metrics);
  const trained = metrics.filter((_, index) => {
    const progress = reached[index];
    return progress?.stage === 'settled' && progress.status !== 'failed';
  });
  const night = Math.floor(timeSeconds / DAY_SECONDS);
  const count = Math.min(most, trained.length);
  const ids: string[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const metric = trained[(night * count + turn) % trained.length]!;
    const request = evaluationRequestSchema.parse({ metric, maximumSeries: series, injections });
    ids.push(await startEvaluation(ports, request, `${retrain}/${metric}`, trained, timeSeconds));
  }
  return ids;
}

/** Starts the evaluations after a retraining. A failure is only logged: it does not affect the models. */
export async function evaluateAfterwards(
  ports: StartingPorts & { readonly logger: Logger },
  retrain: string,
  settings: EvaluationAfterRetrain,
): Promise<void> {
  const { logger } = ports;
  try {
    const evaluations = await evaluateRetrained(ports, retrain, settings);
    logger.info('Started the evaluations of retrained metrics', { run: retrain, evaluations });
  } catch (error) {
    logger.error('Could not start the evaluations of retrained metrics', { run: retrain, error });
  }
}
