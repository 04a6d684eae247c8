/** The steps that a tick scores for one metric: `startSeconds` to `endSeconds`, both included, multiples of the step. */
export interface QueryWindow {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Seconds between watermark and start that are skipped; above 0 only after a long outage. */
  readonly skippedSeconds: number;
}

/**
 * The window (watermark, floor(tick - delay, step)], cut to the newest `maximumCatchUpSeconds`.
 *
 * @param watermarkSeconds undefined for a metric that was never scored: it starts with the newest catch-up.
 * @returns undefined when no step has become due since the watermark.
 */
export function queryWindow(
  tickSeconds: number,
  watermarkSeconds: number | undefined,
  metric: {
    readonly stepSeconds: number;
    readonly delaySeconds: number;
    readonly maximumCatchUpSeconds: number;
  },
): QueryWindow | undefined {
  const { stepSeconds, delaySeconds, maximumCatchUpSeconds } = metric;
  const endSeconds = Math.floor((tickSeconds - delaySeconds) / stepSeconds) * stepSeconds;
  const maximumSteps = Math.max(1, Math.floor(maximumCatchUpSeconds / stepSeconds));
  const earliest = endSeconds - (maximumSteps - 1) * stepSeconds;
  if (watermarkSeconds === undefined) return { startSeconds: earliest, endSeconds, skippedSeconds: 0 };
  // A watermark off the grid was set with another step: continue with the first whole step after it.
  const next = (Math.floor(watermarkSeconds / stepSeconds) + 1) * stepSeconds;
  if (next > endSeconds) return undefined;
  const startSeconds = Math.max(next, earliest);
  return { startSeconds, endSeconds, skippedSeconds: startSeconds - next };
}

/**
 * What is left of a window without steps that are given up: parts in ascending order, each with the steps given up before
 * it as skipped. Steps given up at the window's end are of no part, so that they are asked for again.
 *
 * @param refused ascending, apart from each other; both ends included.
 */
export function withoutRefused(
  window: QueryWindow,
  refused: readonly Pick<QueryWindow, 'startSeconds' | 'endSeconds'>[],
  stepSeconds: number,
): QueryWindow[] {
  const parts: QueryWindow[] = [];
  let from = window.startSeconds;
  let { skippedSeconds } = window;
  for (const range of refused) {
    const before = range.startSeconds - stepSeconds;
    if (before >= from) {
      parts.push({ startSeconds: from, endSeconds: before, skippedSeconds });
      skippedSeconds = 0;
    }
    const next = Math.max(from, range.endSeconds + stepSeconds);
    skippedSeconds += next - Math.max(from, range.startSeconds);
    from = next;
  }
  if (from <= window.endSeconds)
    parts.push({ startSeconds: from, endSeconds: window.endSeconds, skippedSeconds });
  return parts;
}
