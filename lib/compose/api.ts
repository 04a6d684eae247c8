import type { Configuration } from '../config/schema.ts';
import { ModelStore } from '../models/model-store.ts';
import type { ApiServices } from '../pipeline/api-services.ts';
import { findEvaluation } from '../pipeline/evaluation/find-evaluation.ts';
import { startEvaluation } from '../pipeline/evaluation/start-evaluation.ts';
import { giveFeedback } from '../pipeline/feedback/give-feedback.ts';
import { modelVersions, rollBackModel } from '../pipeline/models/model-versions.ts';
import { findRetrain } from '../pipeline/retrain/find-retrain.ts';
import { startRetrain } from '../pipeline/retrain/start-retrain.ts';
import { RunStore } from '../pipeline/runs/run-store.ts';
import type { ObjectLinks } from '../storage/object-links.ts';
import type { Workflow } from '../workflows/workflow.ts';
import { composeAlertHistory } from './alert-history.ts';
import { composeFeedback } from './feedback.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What the API needs besides the configuration. */
export interface ApiPorts {
  readonly retrainWorkflow: Workflow;
  readonly evaluateWorkflow: Workflow;
  readonly links: ObjectLinks;
  /** The wall clock, Unix seconds. */
  readonly nowSeconds: () => number;
}

/** Wires the services of the API. A file of its own, so that the API's bundle contains no optimizer. */
export function composeApi(
  configuration: Configuration,
  runtime: RuntimeContext,
  { retrainWorkflow, evaluateWorkflow, links, nowSeconds }: ApiPorts,
): ApiServices {
  const objects = composeObjects(configuration, runtime);
  const models = new ModelStore(objects);
  const runs = new RunStore(objects);
  const retrainings = { runs, workflow: retrainWorkflow };
  const evaluations = { runs, workflow: evaluateWorkflow, links };
  const known = configuration.metrics.flatMap(({ name, enabled }) => (enabled ? [name] : []));
  return {
    retrainings: {
      start: (request) => startRetrain(retrainings, request, known),
      find: (id) => findRetrain(retrainings, id),
    },
    evaluations: {
      start: (request, key) => startEvaluation(evaluations, request, key, known, nowSeconds()),
      find: (id) => findEvaluation(evaluations, id),
    },
    feedback: {
      give: async (feedback) =>
        giveFeedback(
          await composeAlertHistory(configuration, runtime),
          composeFeedback(configuration, runtime),
          { ...feedback, timeSeconds: nowSeconds() },
        ),
    },
    models: {
      versionsOf: (metric) => modelVersions(models, metric, known),
      rollBack: (metric, version) => rollBackModel(models, metric, version, nowSeconds(), known),
    },
  };
}
