import type { Invariant } from './invariant.ts';
import { clockTime, pointOfSeries } from './series-points.ts';

/** A state with open incidents is larger than one without. */
const MOST_GROWTH = 1.5;
const MOST_BYTES_OF_A_SERIES = 4096;
const MOST_WAITING_ALERTS = 200;
const MOST_SPOOLED_BYTES = 1_000_000;
const SECONDS_PER_HOUR = 3600;
/** A series that comes and goes is recorded each time that it goes. */
const MOST_ABSENCES_AN_HOUR = 25;
/** Ticks that were killed or lost leave objects that the next drain removes when they are an hour old. */
const SPARE_OBJECTS = 3;

/** What is stored stays as large as what is monitored. */
export const boundedStores: Invariant = {
  name: 'stores-bounded',
  *violations({ background, undisturbed, disturbed }) {
    const series = background.metrics.reduce((sum, one) => sum + one.series.length, 0);
    const usual = Math.max(...undisturbed.ticks.map(({ look }) => look?.stateBytes ?? 0));
    const most = usual * MOST_GROWTH + series * MOST_BYTES_OF_A_SERIES;
    for (const { look, atSeconds } of disturbed.ticks) {
      if (look === undefined) continue;
      const at = clockTime(atSeconds);
      if (look.stateBytes > most) yield `the state has ${look.stateBytes} bytes at ${at}, not ${usual}`;
      if (look.outbox > MOST_WAITING_ALERTS) yield `${look.outbox} alerts wait at ${at}`;
      if (look.spoolBytes > MOST_SPOOLED_BYTES) yield `the spool has ${look.spoolBytes} bytes at ${at}`;
    }
    const named = new Set(disturbed.ticks.findLast(({ look }) => look !== undefined)?.look?.spool ?? []);
    const unfinished = disturbed.ticks.filter(
      ({ outcome, isRepeated }) => outcome !== 'done' || isRepeated,
    ).length;
    const left = disturbed.objectKeys.filter((key) => key.startsWith('spool/') && !named.has(key));
    if (left.length > 2 * unfinished + SPARE_OBJECTS) yield `${left.length} objects are left in the spool`;
    for (const key of disturbed.objectKeys)
      if (key.startsWith('state/set-aside')) yield `a state was set aside as ${key}`;
  },
};

/** What is gone is recorded once, and then hourly, not at every step. */
export const buried: Invariant = {
  name: 'gone-series-recorded-hourly',
  *violations({ disturbed }) {
    const counts = new Map<string, number>();
    for (const [name, { fields, timeSeconds }] of disturbed.points) {
      const point = pointOfSeries(name);
      if (point?.measurement !== 'verdict' || !fields.includes('kind="no-data"')) continue;
      const hour = `${point.metric} ${point.key} ${Math.floor(timeSeconds / SECONDS_PER_HOUR)}`;
      counts.set(hour, (counts.get(hour) ?? 0) + 1);
    }
    for (const [hour, count] of counts)
      if (count > MOST_ABSENCES_AN_HOUR) yield `${hour}: ${count} records of its absence in an hour`;
  },
};

/** Whatever hangs or is slow, a tick ends within the time of its invocation. */
export const inTime: Invariant = {
  name: 'ticks-end-in-time',
  *violations({ disturbed }) {
    for (const { outcome, atSeconds } of disturbed.ticks)
      if (outcome === 'out of time') yield `the tick of ${clockTime(atSeconds)} did not end within its time`;
  },
};

/** A server that asks to be left alone for a while is left alone. */
export const retryAfter: Invariant = {
  name: 'retry-after-honoured',
  *violations({ disturbed }) {
    yield* disturbed.earlyCalls;
  },
};
