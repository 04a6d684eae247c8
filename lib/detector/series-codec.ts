import { type AlertPolicyState, startAlertPolicy } from './alert-policy.ts';
import { ColumnReader, type Columns, fillRows, numberColumn } from './columns.ts';
import type { Detector } from './detector.ts';
import { InvalidDetectorStateError } from './errors.ts';
import type { SeriesState } from './monitor-series.ts';
import { decodeRecurrences, encodeRecurrences } from './recurrence-codec.ts';
import { HOURS } from './routine.ts';

/** Fields of the policy's memory of one number a series. */
const POLICY_NUMBERS = [
  'onsetSeconds',
  'lastAlertSeconds',
  'lastAlertScore',
  'lastNearSeconds',
  'lastSpikeSeconds',
  'hits',
] as const;

/**
 * The memories of many series of one metric as plain data (objects and typed arrays, some numbers infinite), in their order: about 2.8 KB a
 * series in a binary encoding, and a few dozen values however many series there are.
 */
export function encodeSeries<State>(
  detector: Detector<State>,
  series: readonly SeriesState<State>[],
): Columns {
  return {
    detector: detector.name,
    lastSeconds: numberColumn(series, (one) => one.lastSeconds),
    states: detector.encode(series.map((one) => one.detector)),
    policies: encodePolicies(series.map((one) => one.policy)),
  };
}

/**
 * The memories back from {@link encodeSeries}' data, in their order; each goes on bit for bit as the encoded one would have.
 * They live in the data's own columns: decode the same bytes again to have them twice.
 *
 * @throws InvalidDetectorStateError when the data are not memories of series that this detector watched.
 */
export function decodeSeries<State>(detector: Detector<State>, encoded: unknown): SeriesState<State>[] {
  const reader = new ColumnReader(detector.name, encoded);
  const { detector: writer, states: encodedStates, policies: encodedPolicies } = encoded as Columns;
  if (writer !== detector.name)
    throw new InvalidDetectorStateError(detector.name, `"${String(writer)}" wrote it`);
  const lastSeconds = reader.numbers('lastSeconds');
  const states = detector.decode(encodedStates);
  if (states.length !== lastSeconds.length)
    throw new InvalidDetectorStateError(
      detector.name,
      `it has ${states.length} states for ${lastSeconds.length} series`,
    );
  const policies = decodePolicies(detector.name, encodedPolicies, states.length);
  return states.map((state, index) => ({
    detector: state,
    policy: policies[index]!,
    lastSeconds: lastSeconds[index]!,
  }));
}

function encodePolicies(policies: readonly AlertPolicyState[]): Columns {
  const columns: Record<string, unknown> = {};
  for (const field of POLICY_NUMBERS) columns[field] = numberColumn(policies, (policy) => policy[field]);
  columns.isOpen = numberColumn(policies, (policy) => Number(policy.isOpen));
  const rows = policies.length * HOURS;
  columns.routineCounts = fillRows(new Float32Array(rows), policies, HOURS, ({ routine }) => routine.counts);
  columns.routineDays = fillRows(new Int32Array(rows), policies, HOURS, ({ routine }) => routine.days);
  return { ...columns, ...encodeRecurrences(policies.map(({ recurrence }) => recurrence)) };
}

function decodePolicies(detector: string, encoded: unknown, count: number): AlertPolicyState[] {
  const reader = new ColumnReader(detector, encoded);
  const numbers = POLICY_NUMBERS.map((field) => reader.numbers(field, count));
  const isOpen = reader.numbers('isOpen', count);
  const routineCounts = reader.column('routineCounts', Float32Array, count * HOURS);
  const routineDays = reader.column('routineDays', Int32Array, count * HOURS);
  const recurrences = decodeRecurrences(reader, count);
  return Array.from({ length: count }, (_, index) => {
    const policy = startAlertPolicy(
      {
        counts: routineCounts.subarray(index * HOURS, (index + 1) * HOURS),
        days: routineDays.subarray(index * HOURS, (index + 1) * HOURS),
      },
      recurrences[index],
    );
    POLICY_NUMBERS.forEach((field, position) => {
      policy[field] = numbers[position]![index]!;
    });
    policy.isOpen = isOpen[index] === 1;
    return policy;
  });
}
