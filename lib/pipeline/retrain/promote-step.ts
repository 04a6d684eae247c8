import { promoteCandidate } from '../training/promote-candidate.ts';
import { failed, type RetrainSettings } from './fit-step.ts';
import { noteProgress, planOf, progressDocument, type SettledMetric } from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/**
 * The step of a retraining that promotes a candidate by compare-and-swap. Repeated, it changes nothing. If another
 * training promoted a model in the meantime, that model stays in use.
 *
 * @returns the outcome of the metric.
 */
export async function promoteStep(
  { runs, models }: RetrainPorts,
  { metrics }: Pick<RetrainSettings, 'metrics'>,
  id: string,
  name: string,
): Promise<SettledMetric['status']> {
  const { timeSeconds } = await planOf(runs, id);
  const progress = await runs.read(progressDocument(name), id);
  if (progress?.stage === 'settled') return progress.status;
  if (progress?.stage !== 'fitted')
    throw new TypeError(`"${name}" of the run "${id}" has no candidate to promote`);
  const { candidate, judgedSeries, figures, reasons, warnings } = progress;
  const { version, replaces } = candidate;
  // The metric may have been removed from the configuration since the run started.
  const keepVersions = metrics.find((one) => one.name === name)?.settings.keepVersions;
  if (keepVersions === undefined) {
    await noteProgress(runs, id, name, failed(`"${name}" was removed from the configuration during the run`));
    return 'failed';
  }
  const promotion = await promoteCandidate(models, name, { version, replaces }, timeSeconds, keepVersions);
  const settled = { stage: 'settled' as const, figures, reasons, warnings };
  if (!promotion.isInUse) {
    await noteProgress(runs, id, name, { ...settled, status: 'kept', reason: promotion.reason });
    return 'kept';
  }
  const status = statusOf(figures.promoted ?? 0, judgedSeries);
  const inUse = { version, ...(replaces === undefined ? {} : { replaced: replaces }) };
  await noteProgress(runs, id, name, { ...settled, ...inUse, status });
  return status;
}

function statusOf(promotedSeries: number, judgedSeries: number): SettledMetric['status'] {
  if (promotedSeries > 0) return 'promoted';
  return judgedSeries > 0 ? 'rejected' : 'kept';
}
