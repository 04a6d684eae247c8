import { forEachConcurrently } from '../../connections/concurrency.ts';
import type { TrainedSeries } from '../../models/model-set.ts';
import { UnknownMetricError } from '../errors.ts';
import type { FittedMetric } from '../training/fit-metric.ts';
import { failStep } from './fail-step.ts';
import { fitStep, type RetrainSettings, refuseSimulation } from './fit-step.ts';
import { planRetrain } from './plan-retrain.ts';
import { promoteStep } from './promote-step.ts';
import { reportRetrain } from './report-retrain.ts';
import { progressOf, requestDocument, type SettledMetric } from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/** A retraining from its plan to its report in one process. */
export interface WholeRun {
  readonly id: string;
  /** End of the history, Unix seconds; not the wall clock, so that a run can be repeated. */
  readonly timeSeconds: number;
  /** Names; undefined for all enabled metrics. */
  readonly metrics: readonly string[] | undefined;
  /** How many metrics are trained at once. */
  readonly concurrency: number;
}

/** The outcome of one metric. */
export interface RetrainOutcome extends Omit<SettledMetric, 'stage'> {
  readonly metric: string;
  /** The decision on each series; empty when the fit failed. */
  readonly series: readonly TrainedSeries[];
}

/**
 * Runs all steps of a retraining like the state machine: plan, then fit and promote each metric, then report. A metric
 * that fails keeps its models, and the others continue. Each step is tried once.
 *
 * @returns the outcomes in the order of the plan.
 * @throws UnknownMetricError when a named metric is not configured.
 * @throws SimulatedTrainingError when the samples are simulated but the configured source is not a simulation.
 */
export async function runRetrain(
  ports: RetrainPorts,
  settings: RetrainSettings,
  { id, timeSeconds, metrics: names, concurrency }: WholeRun,
): Promise<RetrainOutcome[]> {
  const known = settings.metrics.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UnknownMetricError(unknown, known);
  refuseSimulation(ports.source, settings);
  await ports.runs.keepFirst(requestDocument, id, names === undefined ? {} : { metrics: [...names] });
  const { metrics } = await planRetrain(ports.runs, id, timeSeconds, known);
  const seriesOf = new Map<string, readonly TrainedSeries[]>();
  const onFitted = ({ metric, series }: FittedMetric) => void seriesOf.set(metric, series);
  await forEachConcurrently(metrics, concurrency, async (metric) => {
    try {
      const reached = await fitStep({ ...ports, onFitted }, settings, id, metric);
      if (reached === 'candidate') await promoteStep(ports, settings, id, metric);
    } catch (error) {
      await failStep(ports, id, metric, error instanceof Error ? error.message : String(error));
    }
  });
  await reportRetrain(ports, settings, id);
  const progress = await progressOf(ports.runs, id, metrics);
  return metrics.flatMap((metric, index) => {
    const reached = progress[index];
    if (reached?.stage !== 'settled') return [];
    const { stage: _, ...outcome } = reached;
    return { ...outcome, metric, series: seriesOf.get(metric) ?? [] };
  });
}
