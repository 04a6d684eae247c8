import type { Champion } from '../models/champions.ts';
import type { ModelVersions } from '../pipeline/model-versions.ts';
import type { Retraining } from '../pipeline/retrain/find-retrain.ts';
import type { RetrainOrder } from '../pipeline/retrain/start-retrain.ts';

/** The use cases that the routes call, already wired. */
export interface ApiServices {
  readonly retrainings: {
    /** @throws UnknownMetricError, IdempotencyKeyReusedError */
    start(order: RetrainOrder): Promise<string>;
    /** @throws UnknownRunError */
    find(id: string): Promise<Retraining>;
  };
  readonly models: {
    /** @throws UnknownMetricError */
    versionsOf(metric: string): Promise<ModelVersions>;
    /** @throws UnknownMetricError, NoSuchModelVersionError */
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}
