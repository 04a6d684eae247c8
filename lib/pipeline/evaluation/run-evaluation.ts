import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import { evaluationJson } from '../../evaluation/evaluation-json.ts';
import { faultNames } from '../../evaluation/faults/registry.ts';
import { type ReportAssets, reportHtml, reportTitle } from '../../evaluation/report/report-html.ts';
import type { FeedbackStore } from '../../models/feedback-store.ts';
import type { ResultStore } from '../../results/result-store.ts';
import { SourceQueryError } from '../../sources/errors.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { UnknownMetricError, UnknownRunError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { TrainedMetric } from '../training/trained-metric.ts';
import type { Baselines } from '../watch/baselines.ts';
import { chosenSeries } from './chosen-series.ts';
import { evaluate } from './evaluate.ts';
import { type EvaluatedMetric, readEvaluatedMetric } from './evaluated-metric.ts';
import { type EvaluationRun, endRun, evaluationDocument, storeResult } from './evaluation-documents.ts';
import { evaluationRecords } from './evaluation-records.ts';
import type { ResolvedRequest } from './evaluation-request.ts';
import { championModels } from './series-models.ts';

/** The ports of a requested evaluation. */
export interface EvaluationPorts {
  readonly runs: RunStore;
  /** All metrics that can be evaluated. */
  readonly metrics: readonly TrainedMetric[];
  readonly source: SeriesSource;
  /** The models in use now. */
  readonly baselines: Baselines;
  /** Display name of the source. */
  readonly sourceName: string;
  readonly feedback: Pick<FeedbackStore, 'of'>;
  readonly results: Pick<ResultStore, 'write' | 'name'>;
  readonly notices: readonly NoticeChannel[];
  readonly reportAssets: ReportAssets;
  readonly logger: Logger;
  /** The clock, Unix seconds. */
  readonly nowSeconds: () => number;
}

/** There is nothing to evaluate; a repetition would fail the same way. */
class NothingToEvaluateError extends Error {
  override readonly name = 'NothingToEvaluateError';
}

/** The outcome of a run. */
export interface EvaluationOutcome {
  readonly id: string;
  readonly metric: string;
  readonly state: EvaluationRun['state'];
  /** The result in a sentence, or why there is none. */
  readonly text: string;
}

/**
 * Carries out a requested evaluation: stores result and report with the run and writes the figures to the result store. A
 * run that has ended is not carried out again; an interrupted run can be repeated.
 *
 * @returns a failed outcome, stored with the run, when a repetition would not help.
 * @throws errors of the ports when a repetition may help.
 */
export async function runEvaluation(ports: EvaluationPorts, id: string): Promise<EvaluationOutcome> {
  const run = await ports.runs.read(evaluationDocument, id);
  if (run === undefined) throw new UnknownRunError(id);
  const ended = run.state === 'running' ? await carryOut(ports, id, run.order) : run;
  // If this fails and the run is repeated, the notice is sent again with the same id.
  if (ended.state === 'succeeded') await announce(ports.notices, ended);
  return outcomeOf(ended);
}

async function carryOut(
  ports: EvaluationPorts,
  id: string,
  request: ResolvedRequest,
): Promise<EvaluationRun> {
  try {
    return await evaluateRequest(ports, id, request);
  } catch (error) {
    if (!isFinal(error)) throw error;
    return endFailed(ports, id, error.message);
  }
}

/**
 * Marks a run as failed and stores the reason.
 *
 * @throws UnknownRunError when the run does not exist.
 */
export async function failEvaluation(
  ports: Pick<EvaluationPorts, 'runs' | 'nowSeconds'>,
  id: string,
  reason: string,
): Promise<EvaluationOutcome> {
  return outcomeOf(await endFailed(ports, id, reason));
}

function endFailed(
  { runs, nowSeconds }: Pick<EvaluationPorts, 'runs' | 'nowSeconds'>,
  id: string,
  reason: string,
): Promise<EvaluationRun> {
  return endRun(runs, id, { state: 'failed', endedAtSeconds: Math.floor(nowSeconds()), reason });
}

async function evaluateRequest(
  ports: EvaluationPorts,
  id: string,
  request: ResolvedRequest,
): Promise<EvaluationRun> {
  const history = await readHistory(ports, request);
  const { chosen, matching } = chosenSeries(history.series, request.series, request.maximumSeries);
  if (matching === 0) {
    const labels = request.series === undefined ? '' : ` with the labels ${JSON.stringify(request.series)}`;
    throw new NothingToEvaluateError(
      `${request.metric} has no series${labels} between ${request.from} and ${request.to}`,
    );
  }
  const settings = {
    ...history.monitor.settings,
    falseAlertsPerWeek: request.budget ?? history.monitor.settings.falseAlertsPerWeek,
  };
  const evaluation = await evaluate({
    ...history,
    series: chosen,
    monitor: { ...history.monitor, settings },
    feedback: await ports.feedback.of(request.metric),
    kinds: request.kinds ?? faultNames,
    injections: request.injections,
    seed: request.seed,
  });
  const head = {
    title: reportTitle([request.metric]),
    source: ports.sourceName,
    madeAtSeconds: ports.nowSeconds(),
    command: commandOf(request),
  };
  await storeResult(
    ports.runs,
    id,
    evaluationJson(evaluation),
    reportHtml([evaluation], head, ports.reportAssets),
  );
  const warnings = [
    ...history.warnings,
    ...(matching > chosen.length ? [`${chosen.length} of ${matching} series were evaluated`] : []),
    ...(await writeFigures(ports, evaluationRecords(evaluation, history.isSimulated))),
  ];
  const { headline } = evaluation.card;
  const endedAtSeconds = Math.floor(ports.nowSeconds());
  return endRun(ports.runs, id, { state: 'succeeded', endedAtSeconds, headline, warnings });
}

/** The history of the requested metric, with the models that the request names. */
async function readHistory(
  { metrics, source, baselines }: EvaluationPorts,
  { metric: name, from, to, models }: ResolvedRequest,
): Promise<EvaluatedMetric> {
  const metric = metrics.find((one) => one.name === name);
  if (metric === undefined) {
    const known = metrics.map((one) => one.name);
    throw new UnknownMetricError(name, known);
  }
  const window = { startSeconds: Date.parse(from) / 1000, endSeconds: Date.parse(to) / 1000 };
  const history = await readEvaluatedMetric(source, metric, window);
  if (models === 'nightly') return history;
  const champions = championModels(baselines, name, window.endSeconds, metric.settings.intervalWidth);
  return { ...history, models: champions };
}

function outcomeOf({ id, order, state, headline, reason }: EvaluationRun): EvaluationOutcome {
  return { id, metric: order.metric, state, text: headline ?? reason ?? '' };
}

async function announce(
  channels: readonly NoticeChannel[],
  { id, order, headline = '', endedAtSeconds = 0, warnings = [] }: EvaluationRun,
): Promise<void> {
  const notice = {
    id: `evaluation-${id}`,
    kind: 'evaluationCompleted',
    timeSeconds: endedAtSeconds,
    metric: order.metric,
    text: `${order.metric} was evaluated: ${headline}`,
    facts: { run: id, headline, from: order.from, to: order.to, warnings },
  } as const;
  await Promise.all(channels.map((channel) => channel.announce([notice])));
}

/** Writes the figures to the result store. A failure becomes a warning: the result is stored with the run as well. */
async function writeFigures(
  { results, logger }: EvaluationPorts,
  records: ReturnType<typeof evaluationRecords>,
): Promise<string[]> {
  try {
    await results.write(records);
    return [];
  } catch (error) {
    logger.error('Could not write the figures of an evaluation', { store: results.name, error });
    const reason = error instanceof Error ? error.message : String(error);
    return [`Could not write the figures to ${results.name}: ${reason}`];
  }
}

function isFinal(error: unknown): error is Error {
  return (
    error instanceof NothingToEvaluateError ||
    error instanceof SourceQueryError ||
    error instanceof UnknownMetricError
  );
}

/** The command line of the same evaluation. */
function commandOf({ metric, from, to, budget, kinds, injections, seed, models }: ResolvedRequest): string {
  return [
    `tidemark evaluate --metric ${metric} --from ${from} --to ${to}`,
    ...(budget === undefined ? [] : [`--budget ${budget}`]),
    ...(kinds === undefined ? [] : [`--kinds ${kinds.join(',')}`]),
    `--injections ${injections} --seed ${seed}`,
    ...(models === 'champion' ? ['--champion'] : []),
  ].join(' ');
}
