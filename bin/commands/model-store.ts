import { composeObjects } from '../../lib/compose/objects.ts';
import type { ModelSet } from '../../lib/models/model-set.ts';
import { ModelStore } from '../../lib/models/model-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { loadForCommand } from '../load-configuration.ts';

/** Opens the configured model store. */
export async function modelStoreOf(config: string): Promise<ModelStore> {
  const configuration = await loadForCommand(config);
  const runtime = {
    logger: silentLogger,
    environment: process.env,
    remainingMilliseconds: () => Infinity,
  };
  return new ModelStore(composeObjects(configuration, runtime));
}

/**
 * Loads one version of a metric's models.
 *
 * @param version undefined for the version in use.
 * @throws RangeError that lists the existing versions.
 */
export async function modelSetOf(
  metric: string,
  version: string | undefined,
  config: string,
): Promise<ModelSet> {
  const store = await modelStoreOf(config);
  if (version !== undefined) {
    const set = await store.load(metric, version);
    if (set !== undefined) return set;
    const stored = await store.versions(metric);
    const others = stored.length === 0 ? 'it has none' : `its versions are ${stored.toReversed().join(', ')}`;
    throw new RangeError(`"${metric}" has no version ${version}: ${others}.`);
  }
  const { champions } = await store.champions();
  const champion = champions.get(metric);
  const loaded = champion && (await store.loadChampion(metric, champion));
  if (loaded !== undefined) return loaded.set;
  const known = [...champions.keys()];
  const others = known.length === 0 ? 'no metric has models yet' : `metrics with models: ${known.join(', ')}`;
  throw new RangeError(
    `No models of "${metric}" are in use; ${others}. Train with "tidemark train ${metric}".`,
  );
}
