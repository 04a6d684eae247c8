import { openNoticeChannels } from '../alerts/open-alert-channels.ts';
import type { Configuration } from '../config/schema.ts';
import { realRetryEnvironment } from '../connections/retry.ts';
import type { ReportAssets } from '../evaluation/report/report-html.ts';
import { UnknownMetricError } from '../pipeline/errors.ts';
import type { ResolvedRequest } from '../pipeline/evaluation/order.ts';
import {
  type EvaluationOutcome,
  type EvaluationPorts,
  failEvaluation,
  runEvaluation,
} from '../pipeline/evaluation/run-evaluation.ts';
import { EvaluationRunStore } from '../pipeline/evaluation/run-store.ts';
import type { WatchedHistory } from '../pipeline/evaluation/watched-history.ts';
import { championsOf, openHistories } from './evaluation.ts';
import { composeFeedback } from './feedback.ts';
import { composeObjects } from './objects.ts';
import { composeResultStore } from './results.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The evaluations that were asked for, wired. */
export interface ComposedEvaluationRuns extends AsyncDisposable {
  /** Carries out the run of that id. */
  run(id: string): Promise<EvaluationOutcome>;
  /** Ends the run of that id, which failed for good. */
  fail(id: string, reason: string): Promise<EvaluationOutcome>;
}

/** Wires what carries out evaluations. */
export async function composeEvaluationRuns(
  configuration: Configuration,
  runtime: RuntimeContext,
  reportAssets: ReportAssets,
  nowSeconds: () => number = () => Date.now() / 1000,
): Promise<ComposedEvaluationRuns> {
  const results = await composeResultStore(configuration, runtime);
  const { source } = configuration;
  const ports: EvaluationPorts = {
    runs: new EvaluationRunStore(composeObjects(configuration, runtime)),
    open: (order) => open(configuration, runtime, order),
    sourceName: 'url' in source ? source.url : source.kind,
    feedback: composeFeedback(configuration, runtime),
    results,
    notices: openNoticeChannels(configuration, {
      logger: runtime.logger,
      environment: runtime.environment,
      retries: realRetryEnvironment(runtime.remainingMilliseconds),
    }),
    reportAssets,
    logger: runtime.logger,
    nowSeconds,
  };
  return {
    run: (id) => runEvaluation(ports, id),
    fail: (id, reason) => failEvaluation(ports, id, reason),
    [Symbol.asyncDispose]: () => results[Symbol.asyncDispose](),
  };
}

async function open(
  configuration: Configuration,
  runtime: RuntimeContext,
  { metric: name, from, to, models }: ResolvedRequest,
): Promise<WatchedHistory> {
  const enabled = configuration.metrics.filter((metric) => metric.enabled);
  const metric = enabled.find((one) => one.name === name);
  if (metric === undefined)
    throw new UnknownMetricError(
      name,
      enabled.map((one) => one.name),
    );
  const [startSeconds, endSeconds] = [Date.parse(from) / 1000, Date.parse(to) / 1000] as const;
  const window = { startSeconds, endSeconds };
  const [history] = await openHistories(configuration, runtime, [metric], window);
  return models === 'nightly'
    ? history!
    : { ...history!, models: championsOf(configuration, runtime, metric, endSeconds) };
}
