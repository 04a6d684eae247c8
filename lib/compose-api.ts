import { composeObjects, type Surroundings } from './compose.ts';
import type { Configuration } from './config/schema.ts';
import type { Champion } from './models/champions.ts';
import { ModelStore } from './models/model-store.ts';
import { type ModelVersions, modelVersions, rollBackModel } from './pipeline/model-versions.ts';

/** The use cases of the API, wired. It has a file of its own, so that the API carries neither a source nor a detector. */
export interface ComposedApi {
  readonly models: {
    versionsOf(metric: string): Promise<ModelVersions>;
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}

/** Wires what the API can be asked for. */
export function composeApi(
  configuration: Configuration,
  surroundings: Surroundings,
  nowSeconds: () => number = () => Math.floor(Date.now() / 1000),
): ComposedApi {
  const models = new ModelStore(composeObjects(configuration, surroundings));
  const known = configuration.metrics.flatMap(({ name, enabled }) => (enabled ? [name] : []));
  return {
    models: {
      versionsOf: (metric) => modelVersions(models, metric, known),
      rollBack: (metric, version) => rollBackModel(models, metric, version, nowSeconds(), known),
    },
  };
}
