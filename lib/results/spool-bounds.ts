import type { GapRecord, ResultRecord } from './result-store.ts';

/** The records of one tick that could not be written yet: what a shard's state remembers of their object. */
export interface SpooledBatch {
  readonly key: string;
  /** The tick's time, Unix seconds. */
  readonly timeSeconds: number;
  readonly recordCount: number;
  readonly sizeBytes: number;
}

/** How much may wait for a store of results that is down; of one shard. */
export interface SpoolBounds {
  readonly maximumBytes: number;
  readonly maximumAgeSeconds: number;
}

/**
 * Splits what waits into what is kept and what is given up: first what is too old, then the oldest until the size is
 * within its bound.
 *
 * @param batches oldest first.
 * @param timeSeconds of the tick, Unix seconds.
 */
export function withinBounds(
  batches: readonly SpooledBatch[],
  timeSeconds: number,
  { maximumBytes, maximumAgeSeconds }: SpoolBounds,
): { readonly kept: readonly SpooledBatch[]; readonly givenUp: readonly SpooledBatch[] } {
  let bytes = batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let first = 0;
  for (const batch of batches) {
    if (bytes <= maximumBytes && timeSeconds - batch.timeSeconds <= maximumAgeSeconds) break;
    bytes -= batch.sizeBytes;
    first += 1;
  }
  return { kept: batches.slice(first), givenUp: batches.slice(0, first) };
}

/**
 * The stretches of time whose verdicts are given up, one a metric.
 *
 * @param stepSecondsOf the step of a metric, in seconds.
 */
export function gapsOf(
  records: readonly ResultRecord[],
  stepSecondsOf: (metric: string) => number,
): GapRecord[] {
  const verdicts = records.filter((record) => record.measurement === 'verdict');
  return [...Map.groupBy(verdicts, ({ metric }) => metric)].map(([metric, ofMetric]) => {
    let [startSeconds, endSeconds] = [Infinity, -Infinity];
    for (const { verdict } of ofMetric) {
      startSeconds = Math.min(startSeconds, verdict.timeSeconds);
      endSeconds = Math.max(endSeconds, verdict.timeSeconds);
    }
    const skippedSeconds = endSeconds - startSeconds + stepSecondsOf(metric);
    return { measurement: 'gap', metric, startSeconds, endSeconds, skippedSeconds };
  });
}
