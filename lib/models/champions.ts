import { UnknownModelVersionError } from './errors.ts';

/** Which models are in use for one metric. */
export interface Champion {
  readonly version: string;
  /** Unix seconds. */
  readonly sinceSeconds: number;
  /** Versions that were in use before and may be again, the last one first. */
  readonly history: readonly string[];
}

/** Which models are in use, by metric: the one object that a promotion changes. */
export type Champions = ReadonlyMap<string, Champion>;

const FORMAT_VERSION = 1;

interface StoredChampions {
  readonly formatVersion: number;
  readonly metrics: Readonly<Record<string, Champion>>;
}

/** As JSON, so that a person can read it. */
export function encodeChampions(champions: Champions): Uint8Array {
  const metrics = Object.fromEntries([...champions].sort(([one], [other]) => (one < other ? -1 : 1)));
  const stored: StoredChampions = { formatVersion: FORMAT_VERSION, metrics };
  return new TextEncoder().encode(`${JSON.stringify(stored, undefined, 1)}\n`);
}

/** @returns undefined for bytes that are no champions of this version. */
export function decodeChampions(bytes: Uint8Array): Champions | undefined {
  let stored: Partial<StoredChampions> | null;
  try {
    stored = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (stored?.formatVersion !== FORMAT_VERSION || typeof stored.metrics !== 'object') return undefined;
  const entries = Object.entries(stored.metrics ?? {});
  const isSound = entries.every(
    ([, champion]) => typeof champion?.version === 'string' && Array.isArray(champion.history),
  );
  return isSound ? new Map(entries) : undefined;
}

/**
 * Puts another version in front. One that is in use already stays as it is, so that a promotion may be repeated.
 *
 * @param keepVersions how many versions, the new one included, are remembered.
 */
export function promoted(
  champion: Champion | undefined,
  version: string,
  sinceSeconds: number,
  keepVersions: number,
): Champion {
  if (champion?.version === version) return champion;
  const before = champion === undefined ? [] : [champion.version, ...champion.history];
  const history = before.filter((old) => old !== version).slice(0, keepVersions - 1);
  return { version, sinceSeconds, history };
}

/**
 * Puts a metric back to a version that was in use before. The one that was given up is forgotten, so that two rollbacks
 * go back by two. To go back to the very version that is in use changes nothing, so that it may be repeated.
 *
 * @param version undefined for the one before.
 * @throws NoSuchModelVersionError when there is no such version to go back to.
 */
export function rolledBack(
  metric: string,
  champion: Champion | undefined,
  version: string | undefined,
  sinceSeconds: number,
): Champion {
  if (champion !== undefined && champion.version === version) return champion;
  const history = champion?.history ?? [];
  const index = version === undefined ? 0 : history.indexOf(version);
  const found = history[index];
  if (found === undefined) {
    const known = history.length === 0 ? 'there is none' : `there are ${history.join(', ')}`;
    throw new UnknownModelVersionError(
      `"${metric}" has no ${version === undefined ? 'version before its champion' : `earlier version ${version}`} to go back to: ${known}.`,
    );
  }
  return { version: found, sinceSeconds, history: history.slice(index + 1) };
}
