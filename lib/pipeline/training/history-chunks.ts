import type { TimeWindow } from '../../series/exclusion.ts';

/** The steps of one query: both ends included, multiples of the step. */
export interface HistoryChunk {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * Cuts a window into queries of a bounded number of points. No bucket of the later resampling is cut in two, so that
 * each chunk may be resampled by itself.
 *
 * @param window multiples of `bucketSeconds`; the end excluded.
 * @param stepSeconds distance of two points; > 0.
 * @param bucketSeconds of the resampling; > 0.
 * @param mostPoints of one series in one query; a bucket that holds more is a query of its own all the same.
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
