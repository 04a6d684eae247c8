import type { Configuration } from '../config/schema.ts';
import { ModelStore } from '../models/model-store.ts';
import { ChampionBaselines } from '../pipeline/watch/champion-baselines.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The models in use, from the configured store. */
export function composeBaselines(configuration: Configuration, runtime: RuntimeContext): ChampionBaselines {
  return new ChampionBaselines(new ModelStore(composeObjects(configuration, runtime)), runtime.logger);
}
