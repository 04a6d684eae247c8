import type { Logger } from '../../telemetry/logger.ts';
import { planOf, progressOf } from '../retrain/retrain-documents.ts';
import { evaluationRequestSchema } from './evaluation-request.ts';
import { type StartingPorts, startEvaluation } from './start-evaluation.ts';

/** How much is evaluated after a retraining. */
export interface EvaluationAfterRetrain {
  /** Metrics a night. */
  readonly metrics: number;
  /** Series a metric. */
  readonly series: number;
  /** Injections a series. */
  readonly injections: number;
}

const DAY_SECONDS = 86_400;

/**
 * Has the metrics of a retraining evaluated that did not fail: all of them, or where they are more than the bound these
 * many, so that each has its turn from night to night. The same retraining starts the same evaluations once.
 *
 * @param retrain the id of the retraining; the evaluations end where its history does.
 * @returns the ids of the evaluations.
 * @throws UnknownRunError when there is no such retraining.
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
    const order = evaluationRequestSchema.parse({ metric, maximumSeries: series, injections });
    ids.push(await startEvaluation(ports, order, `${retrain}/${metric}`, trained, timeSeconds));
  }
  return ids;
}

/** Starts the evaluations after a retraining. A failure is logged: the models are in use whether or not they are evaluated. */
export async function evaluateAfterwards(
  ports: StartingPorts & { readonly logger: Logger },
  retrain: string,
  settings: EvaluationAfterRetrain,
): Promise<void> {
  const { logger } = ports;
  try {
    const evaluations = await evaluateRetrained(ports, retrain, settings);
    logger.info('Started the evaluations of what was retrained', { run: retrain, evaluations });
  } catch (error) {
    logger.error('Could not evaluate what was retrained', { run: retrain, error });
  }
}
