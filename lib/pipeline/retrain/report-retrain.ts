import { createHash } from 'node:crypto';
import type { Notice } from '../../alerts/notice-channel.ts';
import type { TrainingRecord } from '../../results/result-store.ts';
import { writeBandAhead } from './band-ahead.ts';
import type { RetrainSettings } from './fit-step.ts';
import {
  planOf,
  progressOf,
  type RetrainPlan,
  reportDocument,
  type SettledMetric,
} from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/** Number of metrics by outcome. */
export type RetrainSummary = Readonly<Record<SettledMetric['status'], number>>;

/**
 * The last step of a retraining: writes the outcomes and the band of the next day to the result store, sends notices of changes, and records
 * measurements. Repeated, it writes the same records and sends the same notices with the same ids.
 *
 * @throws errors of a notice channel, after everything else is done: repeat the step.
 */
export async function reportRetrain(
  ports: RetrainPorts,
  settings: Pick<RetrainSettings, 'metrics'>,
  id: string,
): Promise<RetrainSummary> {
  const { runs, results, source, notices, metrics, logger, nowSeconds } = ports;
  const plan = await planOf(runs, id);
  const outcomes = new Map<string, SettledMetric>();
  const progress = await progressOf(runs, id, plan.metrics);
  for (const [index, metric] of plan.metrics.entries()) {
    const reached = progress[index];
    outcomes.set(metric, reached?.stage === 'settled' ? reached : withoutOutcome);
  }
  const records = [...outcomes].map(([metric, outcome]) =>
    recordOf(metric, outcome, plan, source.isSimulated),
  );
  let isRecorded = false;
  try {
    await results.write(records);
    isRecorded = true;
  } catch (error) {
    // The models are in use whether or not their training is recorded.
    logger.error('Could not record the training', { store: results.name, error });
  }
  const changes = [...outcomes].flatMap(([metric, outcome]) => noticeOf(metric, outcome, plan));
  const deliveries = await Promise.allSettled(notices.map((channel) => channel.announce(changes)));
  // A store that has just failed is not asked once for each metric.
  if (isRecorded) await writeBands(ports, settings, plan);
  const { endedAtSeconds } = await runs.keepFirst(reportDocument, id, { endedAtSeconds: nowSeconds() });
  const summary = summaryOf([...outcomes.values()]);
  metrics.record(
    {
      TrainingDuration: endedAtSeconds - plan.timeSeconds,
      TrainingFailures: summary.failed,
      ModelsPromoted: summary.promoted,
      ModelsRejected: summary.rejected,
    },
    { properties: { run: id } },
  );
  for (const one of deliveries) if (one.status === 'rejected') throw one.reason;
  return summary;
}

/** One batch a metric; a metric whose band can't be written does not affect the others. */
async function writeBands(
  ports: RetrainPorts,
  { metrics }: Pick<RetrainSettings, 'metrics'>,
  plan: RetrainPlan,
): Promise<void> {
  for (const metric of plan.metrics)
    try {
      const domain = metrics.find(({ name }) => name === metric)?.monitor.settings.domain;
      await writeBandAhead(ports, metric, plan.timeSeconds, domain);
    } catch (error) {
      ports.logger.error('Could not write the band of the next day', { metric, error });
    }
}

/** The steps of a metric ended without a recorded outcome. */
const withoutOutcome: SettledMetric = {
  stage: 'settled',
  status: 'failed',
  reason: 'no outcome was recorded; see the Step Functions execution',
  figures: {},
  reasons: [],
  warnings: [],
};

function summaryOf(outcomes: readonly SettledMetric[]): RetrainSummary {
  const count = (status: SettledMetric['status']) => outcomes.filter((one) => one.status === status).length;
  return {
    promoted: count('promoted'),
    kept: count('kept'),
    rejected: count('rejected'),
    failed: count('failed'),
  };
}

function recordOf(
  metric: string,
  { status, version, reason, reasons, figures }: SettledMetric,
  { timeSeconds }: RetrainPlan,
  isSimulated: boolean,
): TrainingRecord {
  return {
    measurement: 'training',
    metric,
    isSimulated,
    timeSeconds,
    status,
    version,
    reason: reason ?? (reasons.length === 0 ? undefined : reasons.join('; ')),
    fields: figures,
  };
}

function noticeOf(metric: string, outcome: SettledMetric, { id, timeSeconds }: RetrainPlan): Notice[] {
  const { status, version, replaced, figures, reasons } = outcome;
  if (status !== 'promoted' && status !== 'rejected') return [];
  const { series = 0, promoted = 0 } = figures;
  const why = reasons.length === 0 ? '' : ` ${reasons.join('; ')}`;
  const text =
    status === 'promoted'
      ? `${metric}: ${promoted} of ${series} series have a new model, version ${version}.${why}`
      : `${metric}: no new model passed the test; the models in use stay.${why}`;
  return [
    {
      id: createHash('sha256').update(`${id}/${metric}/${status}`).digest('hex').slice(0, 32),
      kind: status === 'promoted' ? 'modelPromoted' : 'modelRejected',
      timeSeconds,
      metric,
      text: text.replaceAll(/\s+/g, ' ').trim(),
      facts: { run: id, modelVersion: version ?? null, replaced: replaced ?? null, series: figures, reasons },
    },
  ];
}
