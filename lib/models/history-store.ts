import { createHash } from 'node:crypto';
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeHistoryDay, encodeHistoryDay, type HistoryDay } from './history-file.ts';
import { metricFolder } from './metric-folder.ts';

const ROOT = 'history/';
const EXTENSION = '.cbor';
export const DAY_SECONDS = 86_400;

/** Identifies one history of a metric. */
export interface HistoryOrigin {
  readonly metric: string;
  readonly query: string;
  /** Names of the labels that the series keep; by default all. */
  readonly labels?: readonly string[] | undefined;
  readonly stepSeconds: number;
  /** The server and everything else that changes its answers. */
  readonly source: string;
}

/** Whole days of raw history that were queried before, as `history/<metric>/<origin>/<day>.cbor`. */
export class HistoryStore {
  readonly #objects: ObjectStore;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /**
   * @param startSeconds midnight UTC.
   * @returns the day; undefined when it is not stored; a sentence when it cannot be read.
   */
  async read(origin: HistoryOrigin, startSeconds: number): Promise<HistoryDay | string | undefined> {
    const key = keyOf(origin, startSeconds);
    const stored = await this.#objects.get(key);
    if (stored === undefined) return undefined;
    const day = decodeHistoryDay(stored.bytes);
    if (typeof day === 'string') return `${key}: ${day}`;
    const isMeant = day.startSeconds === startSeconds && day.stepSeconds === origin.stepSeconds;
    return isMeant ? day : `${key}: it holds another day or step`;
  }

  /** Stores a whole day; a day with a sample off the grid of its step is not stored. */
  async write(origin: HistoryOrigin, day: HistoryDay): Promise<void> {
    const bytes = encodeHistoryDay(day);
    if (bytes === undefined) return;
    await this.#objects.put(keyOf(origin, day.startSeconds), bytes, { kind: 'none' });
  }

  /** Removes days of a metric, of any origin, that end at or before a time. @returns the number removed. */
  async prune(metric: string, beforeSeconds: number): Promise<number> {
    let removed = 0;
    for (const key of await this.#objects.list(`${ROOT}${metricFolder(metric)}/`)) {
      const day = Date.parse(key.slice(key.lastIndexOf('/') + 1, -EXTENSION.length)) / 1000;
      if (!(day + DAY_SECONDS <= beforeSeconds)) continue;
      await this.#objects.delete(key);
      removed += 1;
    }
    return removed;
  }
}

function keyOf({ metric, ...origin }: HistoryOrigin, startSeconds: number): string {
  const { query, labels, stepSeconds, source } = origin;
  const text = JSON.stringify([query, labels ?? null, stepSeconds, source]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const day = new Date(startSeconds * 1000).toISOString().slice(0, 10);
  return `${ROOT}${metricFolder(metric)}/${hash}/${day}${EXTENSION}`;
}
