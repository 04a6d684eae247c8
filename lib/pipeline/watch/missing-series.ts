import { missingSample } from '../../detector/monitor-series.ts';
import type { AlertEvent } from '../../detector/verdict.ts';
import type { SeriesMemory } from './shard-state.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** A series is missing after this many consecutive steps without a sample; fewer are failed scrapes. */
const MISSING_STEPS = 5;

/**
 * The alert that a series went missing at a step or returned, for a metric with `alertOnMissing`.
 *
 * It depends only on times, so each alert occurs exactly once, whichever ticks score the steps.
 *
 * @param series its state before the step.
 * @param previousSeconds the step scored before this one.
 * @param isPresent whether the series has a sample at the step.
 */
export function missingSeriesAlerts(
  { alertOnMissing, monitor: { stepSeconds } }: WatchedMetric,
  series: SeriesMemory,
  timeSeconds: number,
  previousSeconds: number,
  isPresent: boolean,
): AlertEvent | undefined {
  const { lastSeenSeconds } = series;
  if (alertOnMissing !== true || lastSeenSeconds === 0) return undefined;
  const missingFromSeconds = lastSeenSeconds + MISSING_STEPS * stepSeconds;
  const wasMissing = previousSeconds >= missingFromSeconds;
  const isMissing = !isPresent && timeSeconds >= missingFromSeconds;
  const onsetSeconds = lastSeenSeconds + stepSeconds;
  const lastSeen = () => new Date(lastSeenSeconds * 1000).toISOString();
  if (isMissing && !wasMissing) {
    return {
      kind: 'series-missing',
      onsetSeconds,
      verdict: missingSample(timeSeconds),
      explanation: `The query no longer returns the series; its last sample was at ${lastSeen()}.`,
    };
  }
  if (isPresent && wasMissing) {
    return {
      kind: 'series-returned',
      onsetSeconds,
      verdict: missingSample(timeSeconds),
      explanation: `The query returns the series again; the sample before the gap was at ${lastSeen()}.`,
    };
  }
  return undefined;
}
