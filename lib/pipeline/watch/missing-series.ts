import { missingSample } from '../../detector/monitor-series.ts';
import type { AlertEvent } from '../../detector/verdict.ts';
import type { SeriesMemory } from './shard-state.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** A series is missing after this many steps in a row without a sample: fewer are a scrape that failed. */
const MISSING_STEPS = 5;

/**
 * The news that a series has become missing at a step, or is there again, for a metric that wants to be told.
 *
 * It is made of the times alone, so the news comes exactly once, whichever ticks see the steps.
 *
 * @param series as it was before the step.
 * @param previousSeconds the step that was scored before this one.
 * @param isThere whether the series has a sample at the step.
 */
export function missingSeriesAlerts(
  { alertOnMissing, monitor: { stepSeconds } }: WatchedMetric,
  series: SeriesMemory,
  timeSeconds: number,
  previousSeconds: number,
  isThere: boolean,
): AlertEvent | undefined {
  const { lastSeenSeconds } = series;
  if (alertOnMissing !== true || lastSeenSeconds === 0) return undefined;
  const missingFromSeconds = lastSeenSeconds + MISSING_STEPS * stepSeconds;
  const wasMissing = previousSeconds >= missingFromSeconds;
  const isMissing = !isThere && timeSeconds >= missingFromSeconds;
  const onsetSeconds = lastSeenSeconds + stepSeconds;
  const lastSeen = () => new Date(lastSeenSeconds * 1000).toISOString();
  if (isMissing && !wasMissing) {
    return {
      kind: 'series-missing',
      onsetSeconds,
      verdict: missingSample(timeSeconds),
      explanation: `The query no longer returns the series; its last sample is of ${lastSeen()}.`,
    };
  }
  if (isThere && wasMissing) {
    return {
      kind: 'series-returned',
      onsetSeconds,
      verdict: missingSample(timeSeconds),
      explanation: `The query returns the series again; before, its last sample was of ${lastSeen()}.`,
    };
  }
  return undefined;
}
