import { composeObjects, type Surroundings } from './compose.ts';
import { composeAlertHistory, composeFeedback } from './compose-feedback.ts';
import type { Configuration } from './config/schema.ts';
import type { Champion } from './models/champions.ts';
import type { Feedback } from './models/feedback.ts';
import { ModelStore } from './models/model-store.ts';
import type { ObjectLinks } from './models/object-links.ts';
import { type FoundEvaluation, findEvaluation } from './pipeline/evaluation/find-evaluation.ts';
import type { OrderedEvaluation } from './pipeline/evaluation/order.ts';
import { EvaluationRunStore } from './pipeline/evaluation/run-store.ts';
import { startEvaluation } from './pipeline/evaluation/start-evaluation.ts';
import { type GivenFeedback, giveFeedback } from './pipeline/give-feedback.ts';
import { type ModelVersions, modelVersions, rollBackModel } from './pipeline/model-versions.ts';
import { findRetrain, type Retraining } from './pipeline/retrain/find-retrain.ts';
import { RetrainStore } from './pipeline/retrain/retrain-store.ts';
import { type RetrainOrder, startRetrain } from './pipeline/retrain/start-retrain.ts';
import type { Workflow } from './workflows/workflow.ts';

/** The use cases of the API, wired. It has a file of its own, so that the API carries no optimizer. */
export interface ComposedApi {
  readonly retrainings: {
    start(order: RetrainOrder): Promise<string>;
    find(id: string): Promise<Retraining>;
  };
  readonly evaluations: {
    start(order: OrderedEvaluation, idempotencyKey: string | undefined): Promise<string>;
    find(id: string): Promise<FoundEvaluation>;
  };
  readonly feedback: {
    give(feedback: Omit<GivenFeedback, 'timeSeconds'>): Promise<Feedback>;
  };
  readonly models: {
    versionsOf(metric: string): Promise<ModelVersions>;
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}

/** What the API works with besides what is configured. */
export interface ApiPorts {
  readonly retrainWorkflow: Workflow;
  readonly evaluateWorkflow: Workflow;
  readonly links: ObjectLinks;
  /** The wall clock, Unix seconds. */
  readonly nowSeconds: () => number;
}

/** Wires what the API can be asked for. */
export function composeApi(
  configuration: Configuration,
  surroundings: Surroundings,
  { retrainWorkflow, evaluateWorkflow, links, nowSeconds }: ApiPorts,
): ComposedApi {
  const objects = composeObjects(configuration, surroundings);
  const models = new ModelStore(objects);
  const runs = { store: new RetrainStore(objects), workflow: retrainWorkflow };
  const evaluations = { runs: new EvaluationRunStore(objects), workflow: evaluateWorkflow, links };
  const known = configuration.metrics.flatMap(({ name, enabled }) => (enabled ? [name] : []));
  return {
    retrainings: {
      start: (order) => startRetrain(runs, order, known),
      find: (id) => findRetrain(runs, id),
    },
    evaluations: {
      start: (order, key) => startEvaluation(evaluations, order, key, known, nowSeconds()),
      find: (id) => findEvaluation(evaluations, id),
    },
    feedback: {
      give: async (feedback) =>
        giveFeedback(
          await composeAlertHistory(configuration, surroundings),
          composeFeedback(configuration, surroundings),
          { ...feedback, timeSeconds: nowSeconds() },
        ),
    },
    models: {
      versionsOf: (metric) => modelVersions(models, metric, known),
      rollBack: (metric, version) => rollBackModel(models, metric, version, nowSeconds(), known),
    },
  };
}
