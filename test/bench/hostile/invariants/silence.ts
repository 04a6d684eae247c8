import { STEP_SECONDS } from '../healthy-background.ts';
import { DELAY_SECONDS, SILENT_TICKS } from '../hostile-configuration.ts';
import type { Notification, Observed, TickObserved } from '../observed.ts';
import type { Allowances } from './allowances.ts';
import type { Comparison, Invariant } from './invariant.ts';
import { clockTime } from './series-points.ts';

const SILENT_SECONDS = DELAY_SECONDS + SILENT_TICKS * STEP_SECONDS;
/** The state is looked at between two ticks. */
const TOLERATED_SECONDS = 2 * STEP_SECONDS;
/** A tick that fails, or does not run, can't write down how the metrics are. */
const TICKS_OF_THE_PRESENT = 3;

/** A metric that is not scored is called silent, with a reason, and people are notified of it and of its recovery. */
export const noUnstatedSilence: Invariant = {
  name: 'no-metric-silent-without-a-reason',
  *violations({ disturbed, allowances }) {
    for (const [index, tick] of disturbed.ticks.entries()) {
      const { look, atSeconds } = tick;
      const lately = disturbed.ticks.slice(Math.max(0, index - TICKS_OF_THE_PRESENT + 1), index + 1);
      const span = {
        fromSeconds: atSeconds - TICKS_OF_THE_PRESENT * STEP_SECONDS,
        untilSeconds: atSeconds + 1,
      };
      if (
        look === undefined ||
        lately.some(({ outcome }) => outcome !== 'done') ||
        allowances.isStateless(span)
      )
        continue;
      for (const { name, scoredSeconds } of look.metrics) {
        if (scoredSeconds === 0 || atSeconds - scoredSeconds <= SILENT_SECONDS + TOLERATED_SECONDS) continue;
        const health = look.health?.metrics.find(({ metric }) => metric === name);
        const since = `${name} is not scored since ${clockTime(scoredSeconds)}, and at ${clockTime(atSeconds)}`;
        if (health?.state !== 'silent') yield `${since} its state is ${health?.state ?? 'not stored'}`;
        else if (health.reason === '') yield `${since} it is silent without a reason`;
        else if (!isNotified(disturbed, name, atSeconds)) yield `${since} nobody was notified`;
      }
    }
  },
};

/** When the faults are over, every metric is scored again, and who was notified of a silent one knows it. */
export const recovered: Invariant = {
  name: 'everything-recovers',
  *violations({ disturbed, undisturbed, allowances }) {
    const last = lastLook(disturbed);
    const expected = lastLook(undisturbed);
    if (last === undefined || expected === undefined) {
      yield 'there is no state at the end';
      return;
    }
    for (const { name, scoredSeconds } of expected.metrics) {
      const found = last.metrics.find((one) => one.name === name);
      if (found === undefined || found.scoredSeconds < scoredSeconds - 5 * STEP_SECONDS)
        yield `${name} is scored up to ${clockTime(found?.scoredSeconds ?? 0)} at the end, not ${clockTime(scoredSeconds)}`;
      const newest = disturbed.notices.findLast(({ metric }) => metric === name);
      if (newest?.kind === 'metricSilent' && !isForgotten(disturbed, newest, allowances))
        yield `nobody was notified that ${name} has recovered`;
    }
    if (last.outbox > 0) yield `${last.outbox} alerts wait at the end`;
    if (last.spool.length > 0) yield `the records of ${last.spool.length} ticks wait at the end`;
  },
};

/** Nobody is notified of a silent metric that nothing keeps from being scored. */
export const noFalseSilence: Invariant = {
  name: 'no-metric-called-silent-that-is-scored',
  *violations({ background, disturbed, allowances }: Comparison) {
    for (const { kind, metric, atSeconds } of disturbed.notices) {
      if (kind !== 'metricSilent') continue;
      const span = { fromSeconds: atSeconds - SILENT_SECONDS - TOLERATED_SECONDS, untilSeconds: atSeconds };
      const ofBackground = background.metrics.find(({ name }) => name === metric);
      const isAway = (seconds: number) =>
        ofBackground !== undefined && allowances.mayLackAll(ofBackground, seconds);
      // It is scored up to its newest step: a metric without that one is not.
      if (
        Array.from(
          { length: SILENT_TICKS / 2 },
          (_, step) => atSeconds - DELAY_SECONDS - step * STEP_SECONDS,
        ).every(isAway)
      )
        continue;
      if (!allowances.isDelayed(metric, span)) yield `${metric} was called silent at ${clockTime(atSeconds)}`;
    }
  },
};

/** What a container could not write down, and took with it when it died. */
function isForgotten({ ticks }: Observed, { atSeconds }: Notification, allowances: Allowances): boolean {
  const lostSeconds = ticks.find(
    (tick) => tick.isInNewContainer && tick.atSeconds > atSeconds - STEP_SECONDS,
  )?.atSeconds;
  return (
    lostSeconds !== undefined &&
    allowances.isStateless({ fromSeconds: atSeconds, untilSeconds: lostSeconds + 1 })
  );
}

function isNotified({ notices }: Observed, metric: string, atSeconds: number): boolean {
  const untilSeconds = atSeconds + STEP_SECONDS;
  return (
    notices.findLast((one) => one.metric === metric && one.atSeconds < untilSeconds)?.kind === 'metricSilent'
  );
}

function lastLook({ ticks }: Observed): TickObserved['look'] {
  return ticks.findLast(({ look }) => look !== undefined)?.look;
}
