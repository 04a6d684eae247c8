import { openNoticeChannels } from '../alerts/open-alert-channels.ts';
import type { Configuration } from '../config/schema.ts';
import { realRetryEnvironment } from '../connections/retry.ts';
import type { ReportAssets } from '../evaluation/report/report-html.ts';
import {
  type EvaluationOutcome,
  type EvaluationPorts,
  failEvaluation,
  runEvaluation,
} from '../pipeline/evaluation/run-evaluation.ts';
import { RunStore } from '../pipeline/runs/run-store.ts';
import { trainedMetric } from '../pipeline/training/trained-metric.ts';
import { composeBaselines } from './baselines.ts';
import { composeFeedback } from './feedback.ts';
import { composeObjects } from './objects.ts';
import { composeResultStore } from './results.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeHistory } from './source.ts';

/** The requested evaluations, wired. */
export interface ComposedEvaluationRuns extends AsyncDisposable {
  /** Carries out the run with this id. */
  run(id: string): Promise<EvaluationOutcome>;
  /** Marks the run with this id as failed. */
  fail(id: string, reason: string): Promise<EvaluationOutcome>;
}

/** Wires the evaluation runs. */
export async function composeEvaluationRuns(
  configuration: Configuration,
  runtime: RuntimeContext,
  reportAssets: ReportAssets,
  nowSeconds: () => number = () => Date.now() / 1000,
): Promise<ComposedEvaluationRuns> {
  const results = await composeResultStore(configuration, runtime);
  const { source } = configuration;
  const ports: EvaluationPorts = {
    runs: new RunStore(composeObjects(configuration, runtime)),
    metrics: configuration.metrics.filter(({ enabled }) => enabled).map(trainedMetric(configuration)),
    source: await composeHistory(configuration, runtime),
    baselines: composeBaselines(configuration, runtime),
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
