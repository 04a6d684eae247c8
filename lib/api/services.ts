import type { Champion } from '../models/champions.ts';
import type { ModelVersions } from '../pipeline/model-versions.ts';

/** The use cases that the routes call, already wired. */
export interface ApiServices {
  readonly models: {
    /** @throws UnknownMetricError */
    versionsOf(metric: string): Promise<ModelVersions>;
    /** @throws UnknownMetricError, NoSuchModelVersionError */
    rollBack(metric: string, version: string | undefined): Promise<Champion>;
  };
}
