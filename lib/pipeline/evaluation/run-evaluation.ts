import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import { evaluationJson } from '../../evaluation/evaluation-json.ts';
import { faultNames } from '../../evaluation/faults/registry.ts';
import { type ReportAssets, reportHtml, reportTitle } from '../../evaluation/report/report-html.ts';
import type { FeedbackStore } from '../../models/feedback-store.ts';
import type { ResultStore } from '../../results/result-store.ts';
import { SourceQueryError } from '../../sources/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { UnknownMetricError, UnknownRunError } from '../errors.ts';
import { chosenSeries } from './chosen-series.ts';
import { evaluate } from './evaluate.ts';
import { evaluationRecords } from './evaluation-records.ts';
import type { ResolvedRequest } from './order.ts';
import type { EvaluationRun } from './run.ts';
import type { EvaluationRunStore } from './run-store.ts';
import type { WatchedHistory } from './watched-history.ts';

/** What an evaluation that was asked for needs of the world. */
export interface EvaluationPorts {
  readonly runs: EvaluationRunStore;
  /** The history of the order's metric, with the models that the order asks for. */
  readonly open: (order: ResolvedRequest) => Promise<WatchedHistory>;
  /** Where that history comes from, for people. */
  readonly sourceName: string;
  readonly feedback: Pick<FeedbackStore, 'of'>;
  readonly results: Pick<ResultStore, 'write' | 'name'>;
  readonly notices: readonly NoticeChannel[];
  readonly reportAssets: ReportAssets;
  readonly logger: Logger;
  /** The clock, Unix seconds. */
  readonly nowSeconds: () => number;
}

/** There is nothing to evaluate: repeating it does not help. */
class NothingToEvaluateError extends Error {
  override readonly name = 'NothingToEvaluateError';
}

/** What is left of a run for whoever started it. */
export interface EvaluationOutcome {
  readonly id: string;
  readonly metric: string;
  readonly state: EvaluationRun['state'];
  /** The answer in a sentence, or why there is none. */
  readonly text: string;
}

/**
 * Carries out an evaluation that was asked for: result and report are kept with the run, the figures go where the
 * verdicts go. A run that has ended is not carried out again; one that was interrupted may be repeated.
 *
 * @returns a failed outcome where repeating would not help: it is kept with the run.
 * @throws what the ports throw, where repeating may help.
 */
export async function runEvaluation(ports: EvaluationPorts, id: string): Promise<EvaluationOutcome> {
  const run = await ports.runs.find(id);
  if (run === undefined) throw new UnknownRunError(id);
  const ended = run.state === 'running' ? await carryOut(ports, id, run.order) : run;
  // Announced again when the run is repeated because this failed: under the same id.
  if (ended.state === 'succeeded') await announce(ports.notices, ended);
  return outcomeOf(ended);
}

async function carryOut(ports: EvaluationPorts, id: string, order: ResolvedRequest): Promise<EvaluationRun> {
  try {
    return await evaluateOrder(ports, id, order);
  } catch (error) {
    if (!isFinal(error)) throw error;
    return endFailed(ports, id, error.message);
  }
}

/**
 * Ends a run that failed for good; the reason is kept with it.
 *
 * @throws UnknownRunError when there is no such run.
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
  return runs.end(id, { state: 'failed', endedAtSeconds: Math.floor(nowSeconds()), reason });
}

async function evaluateOrder(
  ports: EvaluationPorts,
  id: string,
  order: ResolvedRequest,
): Promise<EvaluationRun> {
  const history = await ports.open(order);
  const { chosen, matching } = chosenSeries(history.series, order.series, order.maximumSeries);
  if (matching === 0) {
    const such = order.series === undefined ? '' : ` with the labels ${JSON.stringify(order.series)}`;
    throw new NothingToEvaluateError(
      `${order.metric} has no series${such} between ${order.from} and ${order.to}`,
    );
  }
  const settings = {
    ...history.monitor.settings,
    falseAlertsPerWeek: order.budget ?? history.monitor.settings.falseAlertsPerWeek,
  };
  const evaluation = await evaluate({
    ...history,
    series: chosen,
    monitor: { ...history.monitor, settings },
    feedback: await ports.feedback.of(order.metric),
    kinds: order.kinds ?? faultNames,
    injections: order.injections,
    seed: order.seed,
  });
  const head = {
    title: reportTitle([order.metric]),
    source: ports.sourceName,
    madeAtSeconds: ports.nowSeconds(),
    command: commandOf(order),
  };
  await ports.runs.keepResult(
    id,
    evaluationJson(evaluation),
    reportHtml([evaluation], head, ports.reportAssets),
  );
  const warnings = [
    ...history.warnings,
    ...(matching > chosen.length ? [`${chosen.length} of ${matching} series were evaluated`] : []),
    ...(await kept(ports, evaluationRecords(evaluation, history.isSimulated))),
  ];
  const { headline } = evaluation.card;
  const endedAtSeconds = Math.floor(ports.nowSeconds());
  return ports.runs.end(id, { state: 'succeeded', endedAtSeconds, headline, warnings });
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

/** Writes the figures. What was found out is not lost for a store that is away: it lies with the run. */
async function kept(
  { results, logger }: EvaluationPorts,
  records: ReturnType<typeof evaluationRecords>,
): Promise<string[]> {
  try {
    await results.write(records);
    return [];
  } catch (error) {
    logger.error('The figures of an evaluation could not be written', { store: results.name, error });
    const reason = error instanceof Error ? error.message : String(error);
    return [`The figures are not in ${results.name}: ${reason}`];
  }
}

function isFinal(error: unknown): error is Error {
  return (
    error instanceof NothingToEvaluateError ||
    error instanceof SourceQueryError ||
    error instanceof UnknownMetricError
  );
}

/** The command line that asks the same of the same source. */
function commandOf({ metric, from, to, budget, kinds, injections, seed, models }: ResolvedRequest): string {
  return [
    `tidemark evaluate --metric ${metric} --from ${from} --to ${to}`,
    ...(budget === undefined ? [] : [`--budget ${budget}`]),
    ...(kinds === undefined ? [] : [`--kinds ${kinds.join(',')}`]),
    `--injections ${injections} --seed ${seed}`,
    ...(models === 'champion' ? ['--champion'] : []),
  ].join(' ');
}
