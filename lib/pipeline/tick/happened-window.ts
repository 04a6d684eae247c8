import { type QueryWindow, queryWindow } from '../watch/query-window.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';

/** A clock that is given in whole seconds may be nearly a second ahead of what it says. */
const CLOCK_RESOLUTION_SECONDS = 1;
/** Less than this is no fault of a clock: a tick runs a little after the time that it is for. */
const TOLERATED_SKEW_SECONDS = 5;
/** A tick is for the present when the clock of this process is so close to it. */
const PRESENT_SECONDS = 120;
/** Of a tick for the present: a clock by which nothing happens for so long is not believed. */
const MOST_IDLE_SECONDS = 300;

/** When a tick asks, by all that knows it. */
export interface Clocks {
  /** The time that the tick is for, Unix seconds. */
  readonly tickSeconds: number;
  /** By the source's own clock; undefined when it does not say. */
  readonly sourceSeconds: number | undefined;
  /** Whether the source's clock has not moved for several ticks. */
  readonly isStill: boolean;
  /** By the clock of this process. */
  readonly ownSeconds: number;
}

/** What has happened of a window, by the clock that is to be believed. */
export interface HappenedWindow {
  /** Undefined when nothing of it has happened yet; it may begin before the window that was asked for. */
  readonly window: QueryWindow | undefined;
  /** What is wrong with the source's clock, for a person. */
  readonly notice: string | undefined;
}

/**
 * The part of a window that has happened by the source's own clock: a tick's time may be wrong, and what is scored too
 * early is lost. A clock that stands still is not believed.
 *
 * @param metric its delay is what its samples may take to arrive.
 */
export function happenedPart(
  asked: QueryWindow,
  { tickSeconds, sourceSeconds, isStill, ownSeconds }: Clocks,
  metric: Pick<WatchedMetric, 'delaySeconds' | 'maximumCatchUpSeconds' | 'monitor'>,
  watermarkSeconds: number | undefined,
): HappenedWindow {
  if (sourceSeconds === undefined || !Number.isFinite(sourceSeconds))
    return { window: asked, notice: undefined };
  const behindSeconds = tickSeconds - sourceSeconds;
  const isPresent = Math.abs(ownSeconds - tickSeconds) <= PRESENT_SECONDS;
  if (behindSeconds <= TOLERATED_SKEW_SECONDS) {
    const aheadSeconds = sourceSeconds - ownSeconds;
    const isAhead = isPresent && aheadSeconds > TOLERATED_SKEW_SECONDS;
    return { window: windowAt(sourceSeconds), notice: isAhead ? aheadInWords(aheadSeconds) : undefined };
  }
  const window = windowAt(sourceSeconds);
  const idleSeconds = asked.endSeconds - (watermarkSeconds ?? asked.endSeconds);
  const isIdle = window === undefined && isPresent && idleSeconds > MOST_IDLE_SECONDS;
  if (isStill || isIdle) return { window: asked, notice: stillInWords(behindSeconds) };
  return { window, notice: behindInWords(behindSeconds) };

  function windowAt(clockSeconds: number): QueryWindow | undefined {
    const { delaySeconds, monitor } = metric;
    const now = clockSeconds + CLOCK_RESOLUTION_SECONDS;
    const newest = Math.floor((now - delaySeconds) / monitor.stepSeconds) * monitor.stepSeconds;
    if (newest >= asked.endSeconds) return asked;
    const rightful = queryWindow(now, watermarkSeconds, { ...metric, stepSeconds: monitor.stepSeconds });
    // What begins as it was asked for is in the answer already.
    if (rightful === undefined || rightful.startSeconds < asked.startSeconds) return rightful;
    return { ...asked, endSeconds: newest };
  }
}

function behindInWords(seconds: number): string {
  return (
    `The clock of the source is ${Math.round(seconds)} s behind: steps are scored as late as it says they happen. ` +
    'Set the clock of the server (NTP), or let the proxy before it pass on a new Date header'
  );
}

function aheadInWords(seconds: number): string {
  return (
    `The clock of the source is ${Math.round(seconds)} s ahead: what happens is scored so much later. ` +
    'Set the clock of the server (NTP)'
  );
}

function stillInWords(seconds: number): string {
  return (
    `The Date header of the source's answers stands still, ${Math.round(seconds)} s behind, and is not believed: ` +
    'let the proxy before the source pass on a new one'
  );
}
