import { UnknownModelVersionError } from './errors.ts';

/** The models in use for one metric. */
export interface Champion {
  readonly version: string;
  /** Unix seconds. */
  readonly sinceSeconds: number;
  /** Versions that were in use before and can be rolled back to, latest first. */
  readonly history: readonly string[];
}

/** The models in use, by metric: the single object that a promotion changes. */
export type Champions = ReadonlyMap<string, Champion>;

const FORMAT_VERSION = 1;

interface StoredChampions {
  readonly formatVersion: number;
  readonly metrics: Readonly<Record<string, Champion>>;
}

/** As JSON, readable by people. */
export function encodeChampions(champions: Champions): Uint8Array {
  const metrics = Object.fromEntries([...champions].sort(([one], [other]) => (one < other ? -1 : 1)));
  const stored: StoredChampions = { formatVersion: FORMAT_VERSION, metrics };
  return new TextEncoder().encode(`${JSON.stringify(stored, undefined, 1)}\n`);
}

/** @returns undefined for bytes that are not champions of this version. */
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
 * Promotes a version. Promoting the current champion changes nothing, so that a promotion may be repeated.
 *
 * @param keepVersions how many versions, including the new one, are kept for a rollback.
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
 * Rolls a metric back to an earlier version. The version left is forgotten, so that two rollbacks go back by
 * two. Rolling back to the current champion changes nothing, so that it may be repeated.
 *
 * @param version undefined for the previous one.
 * @throws UnknownModelVersionError when there is no such version.
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
    const known = history.length === 0 ? 'there is none' : `known: ${history.join(', ')}`;
    throw new UnknownModelVersionError(
      `"${metric}" has no ${version === undefined ? 'version before its champion' : `earlier version ${version}`} to go back to: ${known}.`,
    );
  }
  return { version: found, sinceSeconds, history: history.slice(index + 1) };
}
