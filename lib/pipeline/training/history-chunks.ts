import type { TimeWindow } from '../../series/exclusion.ts';

/** The range of one query: both ends included, multiples of the step. */
export interface HistoryChunk {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * Splits a window into queries with a limited number of points. No resampling bucket is split, so that each chunk can be
 * resampled alone.
 *
 * @param window multiples of `bucketSeconds`; the end excluded.
 * @param stepSeconds distance between points; > 0.
 * @param bucketSeconds of the resampling; > 0.
 * @param mostPoints points of one series in one query; a larger bucket still becomes one query.
 */
export function historyChunks(
  { startSeconds, endSeconds }: TimeWindow,
  stepSeconds: number,
  bucketSeconds: number,
  mostPoints: number,
): HistoryChunk[] {
  const bucketsPerChunk = Math.max(1, Math.floor((mostPoints * stepSeconds) / bucketSeconds));
  const chunkSeconds = bucketsPerChunk * bucketSeconds;
  const chunks: HistoryChunk[] = [];
  for (let start = startSeconds; start < endSeconds; start += chunkSeconds) {
    const end = Math.min(start + chunkSeconds, endSeconds);
    const first = Math.ceil(start / stepSeconds) * stepSeconds;
    const last = (Math.ceil(end / stepSeconds) - 1) * stepSeconds;
    if (first <= last) chunks.push({ startSeconds: first, endSeconds: last });
  }
  return chunks;
}
