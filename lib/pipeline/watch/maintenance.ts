import { parseCron } from '../../config/cron.ts';
import type { Configuration } from '../../config/schema.ts';
import { zoneOffset } from '../../series/zone-offset.ts';
import { openingsOn } from './cron-openings.ts';

const DAY_SECONDS = 86_400;
/** Cached days: a week of openings, the longest look-back of a tick, and room for a catch-up. */
const REMEMBERED_DAYS = 64;

/** One maintenance window as configured. */
export type MaintenancePlan = Configuration['maintenance'][number];

/** A time span in Unix seconds: the start is included, the end excluded. */
export interface TimeSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** A maintenance window: when it is open and for which metrics. */
export interface MaintenanceWindow {
  concerns(metric: string): boolean;
  /** Its whole openings that overlap the span from start to end, both included. */
  openDuring(startSeconds: number, endSeconds: number): readonly TimeSpan[];
}

/** The configured maintenance windows. */
export function maintenanceWindows(plans: readonly MaintenancePlan[]): MaintenanceWindow[] {
  return plans.map((plan) => {
    const spansDuring = plan.cron === undefined ? singleOpening(plan) : recurringOpenings(plan, plan.cron);
    return {
      concerns: (metric) => plan.metrics === undefined || plan.metrics.includes(metric),
      openDuring: (start, end) =>
        spansDuring(start, end).filter((span) => span.startSeconds <= end && span.endSeconds > start),
    };
  });
}

/**
 * Returns a check whether a time is in one of a metric's maintenance windows. Openings are computed once for the whole
 * span, so that each check is cheap.
 *
 * @param startSeconds the first time to check.
 * @param endSeconds the last time to check.
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

function singleOpening({ fromSeconds = 0, toSeconds = 0 }: MaintenancePlan): SpansDuring {
  const spans = [{ startSeconds: fromSeconds, endSeconds: toSeconds }];
  return () => spans;
}

function recurringOpenings(
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
    // One more day on each side, since days of the zone differ from UTC days.
    const first = Math.floor((startSeconds - durationSeconds) / DAY_SECONDS) - 1;
    const last = Math.floor(endSeconds / DAY_SECONDS) + 1;
    return Array.from({ length: last - first + 1 }, (_, index) => spansOn(first + index)).flat();
  };
}

/** Merges openings that start before the previous one has ended. */
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
