import type { StoreQuery, TickPrice } from '../store/dashboard-store.ts';
import type { OperationsQuestion } from '../store/questions.ts';
import { byTag, FIELDS_AS_COLUMNS, fieldsOverTime, isField, pipe, points } from './flux.ts';

const PHASES = ['load', 'query', 'score', 'warmUp', 'write', 'save', 'publish', 'drain', 'clear'];
const MONTH_SECONDS = 30 * 86_400;

/** The questions of the ticks themselves, in Flux. */
export function operationsQueries(bucket: string, price: TickPrice): Record<OperationsQuestion, StoreQuery> {
  const phaseFields = PHASES.map((phase) => `${phase}Milliseconds`);
  const time = points(bucket, { measurement: 'tick_outcome', fields: phaseFields });
  return {
    lag: byTag(bucket, { measurement: 'tick', fields: ['lagSeconds'] }, 'shard', 'max'),
    phases: fieldsOverTime(
      bucket,
      { measurement: 'tick_outcome', fields: phaseFields },
      'mean',
      Object.fromEntries(PHASES.map((phase, index) => [phaseFields[index]!, phase])),
    ),
    faults: fieldsOverTime(
      bucket,
      { measurement: 'tick', fields: ['faults', 'warnings', 'skippedSeconds', 'statesSetAside'] },
      'sum',
    ),
    connections: {
      text: pipe(
        points(bucket, { measurement: 'health', fields: ['state', 'since', 'ticks', 'troubles', 'reason'] }),
        'last()',
        FIELDS_AS_COLUMNS,
        'group(columns: ["role", "service", "shard"])',
        'sort(columns: ["_time"])',
        // A reason may be older than the state: it belongs to an outage that is over.
        'last(column: "state")',
        'group()',
        'map(fn: (r) => ({r with since: time(v: r.since * 1000000000)}))',
        'drop(columns: ["_start", "_stop", "_measurement", "_time"])',
        'sort(columns: ["state", "role", "service"])',
      ),
      shape: 'table',
    },
    connectionStates: {
      text: pipe(
        points(bucket, { measurement: 'health', fields: ['state'] }),
        'aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: false, timeSrc: "_start")',
        'map(fn: (r) => ({_time: r._time, _value: r._value, connection: r.role + " " + r.service + ", shard " + r.shard}))',
        'group(columns: ["connection"])',
        'sort(columns: ["_time"])',
      ),
      shape: 'series',
    },
    lateAndRejected: {
      text: pipe(
        `union(tables: [
  ${points(bucket, { measurement: 'tick', fields: ['pointsLate'] }).replaceAll('\n', '\n  ')},
  ${points(bucket, { measurement: 'tick_outcome', fields: ['verdictsRejected'] }).replaceAll('\n', '\n  ')},
])`,
        'group(columns: ["_field"])',
        'aggregateWindow(every: v.windowPeriod, fn: sum, createEmpty: false, timeSrc: "_start")',
        FIELDS_AS_COLUMNS,
        'keep(columns: ["_time", "pointsLate", "verdictsRejected"])',
        'sort(columns: ["_time"])',
      ),
      shape: 'series',
    },
    spool: fieldsOverTime(
      bucket,
      { measurement: 'tick_outcome', fields: ['ticksSpooled', 'recordsSpooled', 'recordsGivenUp'] },
      'max',
    ),
    volume: fieldsOverTime(
      bucket,
      { measurement: 'tick', fields: ['seriesScored', 'seriesWarming', 'verdictsWritten', 'alertsDecided'] },
      'sum',
    ),
    tickTime: {
      text: pipe(
        `${time}`,
        'aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false, timeSrc: "_start")',
        'group(columns: ["_time", "shard"])',
        'sum()',
        'group(columns: ["shard"])',
        'keep(columns: ["_time", "_value", "shard"])',
        'sort(columns: ["_time"])',
      ),
      shape: 'series',
    },
    cost: {
      text: pipe(
        time,
        `filter(fn: (r) => ${isField(...phaseFields)})`,
        'group()',
        'sum()',
        `map(fn: (r) => ({_value: r._value / 1000.0 * ${float(price.memoryGigabytes)} * ${float(price.perGigabyteSecond)} * ${float(MONTH_SECONDS)} / (float(v: int(v: v.timeRangeStop) - int(v: v.timeRangeStart)) / 1000000000.0)}))`,
      ),
      shape: 'table',
    },
  };
}

/** A number as Flux writes one that is no integer; it has no exponents. */
function float(value: number): string {
  const text = value.toFixed(10).replace(/0+$/, '');
  return text.endsWith('.') ? `${text}0` : text;
}
