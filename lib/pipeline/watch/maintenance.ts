import { parseCron } from '../../config/cron.ts';
import type { Configuration } from '../../config/schema.ts';
import { zoneOffset } from '../../series/zone-offset.ts';
import { openingsOn } from './cron-openings.ts';

const DAY_SECONDS = 86_400;
/** A week of openings, what a tick looks back at most, and room for a catch-up. */
const REMEMBERED_DAYS = 64;

/** One maintenance window as configured. */
export type MaintenancePlan = Configuration['maintenance'][number];

/** A stretch of time in Unix seconds: the start belongs to it, the end does not. */
export interface TimeSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A planned silence: when it is open, for which metrics. */
export interface MaintenanceWindow {
  concerns(metric: string): boolean;
  /** Its openings, uncut, that touch the stretch from start to end, both of which count. */
  openDuring(startSeconds: number, endSeconds: number): readonly TimeSpan[];
}

/** The windows that a configuration plans. */
export function maintenanceWindows(plans: readonly MaintenancePlan[]): MaintenanceWindow[] {
  return plans.map((plan) => {
    const spansDuring = plan.cron === undefined ? onceOpen(plan) : openAgainAndAgain(plan, plan.cron);
    return {
      concerns: (metric) => plan.metrics === undefined || plan.metrics.includes(metric),
      openDuring: (start, end) =>
        spansDuring(start, end).filter((span) => span.startSeconds <= end && span.endSeconds > start),
    };
  });
}

/**
 * Tells for the times of a stretch whether one of the windows that concern a metric is open. What can be computed for the
 * whole stretch is, so that asking costs next to nothing.
 *
 * @param startSeconds the first time that will be asked for.
 * @param endSeconds the last one.
 */
export function maintenanceDuring(
  windows: readonly MaintenanceWindow[],
  metric: string,
  startSeconds: number,
  endSeconds: number,
): (timeSeconds: number) => boolean {
  const spans = windows
    .filter((window) => window.concerns(metric))
    .flatMap((window) => window.openDuring(startSeconds, endSeconds));
  if (spans.length === 0) return () => false;
  return (timeSeconds) =>
    spans.some((span) => timeSeconds >= span.startSeconds && timeSeconds < span.endSeconds);
}

type SpansDuring = (startSeconds: number, endSeconds: number) => readonly TimeSpan[];

function onceOpen({ fromSeconds = 0, toSeconds = 0 }: MaintenancePlan): SpansDuring {
  const spans = [{ startSeconds: fromSeconds, endSeconds: toSeconds }];
  return () => spans;
}

function openAgainAndAgain(
  { durationSeconds = 0, timezone }: MaintenancePlan,
  expression: string,
): SpansDuring {
  const cron = parseCron(expression);
  const offsetAt = zoneOffset(timezone);
  const spansByDay = new Map<number, readonly TimeSpan[]>();
  const spansOn = (day: number) => {
    let spans = spansByDay.get(day);
    if (spans === undefined) {
      if (spansByDay.size >= REMEMBERED_DAYS) spansByDay.clear();
      spans = merged(openingsOn(day, cron, offsetAt), durationSeconds);
      spansByDay.set(day, spans);
    }
    return spans;
  };
  return (startSeconds, endSeconds) => {
    // A day more on either side, since days of a zone are not those of UTC.
    const first = Math.floor((startSeconds - durationSeconds) / DAY_SECONDS) - 1;
    const last = Math.floor(endSeconds / DAY_SECONDS) + 1;
    return Array.from({ length: last - first + 1 }, (_, index) => spansOn(first + index)).flat();
  };
}

/** Openings that follow each other before the window has closed are one. */
function merged(openings: readonly number[], durationSeconds: number): TimeSpan[] {
  const spans: { startSeconds: number; endSeconds: number }[] = [];
  for (const startSeconds of openings) {
    const endSeconds = startSeconds + durationSeconds;
    const last = spans.at(-1);
    if (last !== undefined && startSeconds <= last.endSeconds) last.endSeconds = endSeconds;
    else spans.push({ startSeconds, endSeconds });
  }
  return spans;
}
