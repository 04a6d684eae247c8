import { createHash } from 'node:crypto';
import { changeObject } from '../storage/change-object.ts';
import { ObjectConflictError } from '../storage/errors.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';
import {
  type Champion,
  type Champions,
  decodeChampions,
  encodeChampions,
  promoted,
  rolledBack,
} from './champions.ts';
import { ChampionChangedError, UnreadableModelSetError } from './errors.ts';
import { metricFolder, metricOfFolder } from './metric-folder.ts';
import type { ModelSet, TrainedModels } from './model-set.ts';
import { decodeModelSet, encodeModelSet } from './model-set-file.ts';

const ROOT = 'models/';
const CHAMPIONS_KEY = `${ROOT}champions.json`;
const EXTENSION = '.cbor';

/** The champions that were read. */
export interface ReadChampions {
  readonly champions: Champions;
  /** The pointer could not be read: the newest version of each metric is the fallback. */
  readonly isRebuilt: boolean;
}

/** The models in use for a metric. */
export interface ChampionModels {
  readonly set: ModelSet;
  /** The champion could not be read, and these are the previous models. */
  readonly isStale: boolean;
  /** One sentence for each version that could not be read. */
  readonly problems: readonly string[];
}

/** Models in an object store: immutable versions, and one pointer that names those in use. */
export class ModelStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * Stores models as a new version; storing the same models again changes nothing.
   *
   * @returns the version.
   */
  async save(models: TrainedModels): Promise<string> {
    const bytes = encodeModelSet(models);
    const version = versionOf(models.trainedAtSeconds, bytes);
    try {
      await this.#objects.put(keyOf(models.metric, version), bytes, { kind: 'absent' });
    } catch (error) {
      // The version includes a digest of the content: the existing object is the same.
      if (!(error instanceof ObjectConflictError)) throw error;
    }
    return version;
  }

  /**
   * @returns undefined when the version does not exist.
   * @throws UnreadableModelSetError when it cannot be read.
   */
  async load(metric: string, version: string): Promise<ModelSet | undefined> {
    const stored = await this.#objects.get(keyOf(metric, version));
    return stored && { ...decodeModelSet(stored.bytes), version };
  }

  /** The stored versions, oldest first. */
  async versions(metric: string): Promise<string[]> {
    const folder = folderOf(metric);
    const keys = await this.#objects.list(folder);
    return keys
      .filter((key) => key.endsWith(EXTENSION))
      .map((key) => key.slice(folder.length, -EXTENSION.length));
  }

  /** The versions in use. */
  async champions(): Promise<ReadChampions> {
    return this.#championsIn(await this.#objects.get(CHAMPIONS_KEY));
  }

  /**
   * The models in use for a metric: those of the champion, or of the newest earlier version that can be read.
   *
   * @returns undefined when there are none.
   */
  async loadChampion(metric: string, champion: Champion): Promise<ChampionModels | undefined> {
    const problems: string[] = [];
    for (const version of [champion.version, ...champion.history]) {
      try {
        const set = await this.load(metric, version);
        if (set !== undefined) return { set, isStale: problems.length > 0, problems };
        problems.push(`Version ${version} of "${metric}" does not exist`);
      } catch (error) {
        if (!(error instanceof UnreadableModelSetError)) throw error;
        problems.push(`Version ${version} of "${metric}": ${error.message}`);
      }
    }
    return undefined;
  }

  /**
   * Promotes a stored version.
   *
   * @param replaces the champion that it was compared with.
   * @throws ChampionChangedError when that is no longer the champion.
   */
  async promote(
    metric: string,
    version: string,
    replaces: string | undefined,
    sinceSeconds: number,
    keepVersions: number,
  ): Promise<Champion> {
    return this.#change(metric, (champion) => {
      if (champion?.version !== version && champion?.version !== replaces)
        throw new ChampionChangedError(metric, replaces, champion?.version);
      return promoted(champion, version, sinceSeconds, keepVersions);
    });
  }

  /**
   * Rolls a metric back to an earlier version.
   *
   * @param version undefined for the previous one.
   * @throws UnknownModelVersionError when there is none.
   */
  async rollback(metric: string, version: string | undefined, sinceSeconds: number): Promise<Champion> {
    return this.#change(metric, (champion) => rolledBack(metric, champion, version, sinceSeconds));
  }

  /**
   * Removes the oldest versions of a metric, except those in use or kept for a rollback.
   *
   * @returns the removed versions.
   */
  async prune(metric: string, keepVersions: number): Promise<string[]> {
    const { champions, isRebuilt } = await this.champions();
    // Without the pointer it is unknown what is in use.
    if (isRebuilt) return [];
    const champion = champions.get(metric);
    const needed = new Set(champion === undefined ? [] : [champion.version, ...champion.history]);
    const versions = await this.versions(metric);
    const old = versions.slice(0, Math.max(0, versions.length - keepVersions));
    const removed = old.filter((version) => !needed.has(version));
    for (const version of removed) await this.#objects.delete(keyOf(metric, version));
    return removed;
  }

  async #championsIn(stored: StoredObject | undefined): Promise<ReadChampions> {
    if (stored === undefined) return { champions: new Map(), isRebuilt: false };
    const champions = decodeChampions(stored.bytes);
    if (champions !== undefined) return { champions, isRebuilt: false };
    return { champions: await this.#rebuiltChampions(), isRebuilt: true };
  }

  /**
   * Champions rebuilt from the stored versions: the newest of each metric, and earlier ones as a fallback.
   */
  async #rebuiltChampions(): Promise<Champions> {
    const byMetric = new Map<string, string[]>();
    for (const key of await this.#objects.list(ROOT)) {
      const [metric, file, ...deeper] = key.slice(ROOT.length).split('/');
      if (metric === undefined || !file?.endsWith(EXTENSION) || deeper.length > 0) continue;
      const name = metricOfFolder(metric);
      byMetric.set(name, [file.slice(0, -EXTENSION.length), ...(byMetric.get(name) ?? [])]);
    }
    return new Map(
      [...byMetric].map(([metric, [version = '', ...history]]) => [
        metric,
        { version, sinceSeconds: 0, history },
      ]),
    );
  }

  async #change(metric: string, change: (champion: Champion | undefined) => Champion): Promise<Champion> {
    let changed: Champion | undefined;
    await changeObject(this.#objects, CHAMPIONS_KEY, async (stored) => {
      const { champions } = await this.#championsIn(stored);
      changed = change(champions.get(metric));
      return encodeChampions(new Map([...champions, [metric, changed]]));
    });
    return changed!;
  }
}

function versionOf(trainedAtSeconds: number, bytes: Uint8Array): string {
  const time = new Date(trainedAtSeconds * 1000).toISOString().replace(/\.\d+|[-:]/g, '');
  return `${time}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`;
}

function folderOf(metric: string): string {
  return `${ROOT}${metricFolder(metric)}/`;
}

function keyOf(metric: string, version: string): string {
  return `${folderOf(metric)}${version}${EXTENSION}`;
}
