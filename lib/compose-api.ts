import { SFNClient } from '@aws-sdk/client-sfn';
import { composeObjects, type Surroundings } from './compose.ts';
import type { Configuration } from './config/schema.ts';
import type { Champion } from './models/champions.ts';
import { ModelStore } from './models/model-store.ts';
import { type ModelVersions, modelVersions, rollBackModel } from './pipeline/model-versions.ts';
import { findRetrain, type Retraining } from './pipeline/retrain/find-retrain.ts';
import { RetrainStore } from './pipeline/retrain/retrain-store.ts';
import { type RetrainOrder, startRetrain } from './pipeline/retrain/start-retrain.ts';
import { StepFunctionsWorkflow } from './workflows/step-functions-workflow.ts';
import type { Workflow } from './workflows/workflow.ts';

/** The use cases of the API, wired. It has a file of its own, so that the API carries no optimizer. */
export interface ComposedApi {
  readonly retrainings: {
    start(order: RetrainOrder): Promise<string>;
    find(id: string): Promise<Retraining>;
  };
  readonly models: {
    versionsOf(metric: string): Promise<ModelVersions>;
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}

/** What the API works with besides what is configured. */
export interface ApiPorts {
  readonly retrainWorkflow: Workflow;
  /** The wall clock, Unix seconds. */
  readonly nowSeconds: () => number;
}

/** Wires what the API can be asked for. */
export function composeApi(
  configuration: Configuration,
  surroundings: Surroundings,
  { retrainWorkflow, nowSeconds }: ApiPorts,
): ComposedApi {
  const objects = composeObjects(configuration, surroundings);
  const models = new ModelStore(objects);
  const runs = { store: new RetrainStore(objects), workflow: retrainWorkflow };
  const known = configuration.metrics.flatMap(({ name, enabled }) => (enabled ? [name] : []));
  return {
    retrainings: {
      start: (order) => startRetrain(runs, order, known),
      find: (id) => findRetrain(runs, id),
    },
    models: {
      versionsOf: (metric) => modelVersions(models, metric, known),
      rollBack: (metric, version) => rollBackModel(models, metric, version, nowSeconds(), known),
    },
  };
}

/** The state machine of a deployment, by its ARN. */
export function composeWorkflow(stateMachineArn: string): Workflow {
  return new StepFunctionsWorkflow(new SFNClient({}), stateMachineArn);
}
