import { type AlertPolicyState, startAlertPolicy } from './alert-policy.ts';
import { arrayColumn, ColumnReader, type Columns, numberColumn, row, wholeColumn } from './columns.ts';
import type { Detector } from './detector.ts';
import { InvalidDetectorStateError } from './errors.ts';
import type { SeriesState } from './monitor-series.ts';
import { EPISODES, emptyRecurrence, type RecurrenceMemory } from './recurrence.ts';
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
 * The memories of many series of one metric as plain data (objects and typed arrays, some numbers infinite), in their order: about 1.5 KB a
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
  columns.routineCounts = arrayColumn(policies, HOURS, (policy) => policy.routine.counts);
  columns.routineDays = arrayColumn(policies, HOURS, (policy) => policy.routine.days);
  columns.episodeSizes = arrayColumn(policies, EPISODES, (policy) => policy.recurrence.sizes);
  columns.episodeStarts = wholeColumn(policies, EPISODES, (policy) => policy.recurrence.starts);
  columns.episodeLengths = wholeColumn(policies, EPISODES, (policy) => policy.recurrence.lengths);
  columns.nextEpisode = numberColumn(policies, (policy) => policy.recurrence.next);
  return columns;
}

function decodePolicies(detector: string, encoded: unknown, count: number): AlertPolicyState[] {
  const reader = new ColumnReader(detector, encoded);
  const numbers = POLICY_NUMBERS.map((field) => reader.numbers(field, count));
  const isOpen = reader.numbers('isOpen', count);
  const routineCounts = reader.numbers('routineCounts', count * HOURS);
  const routineDays = reader.numbers('routineDays', count * HOURS);
  const recurrences = decodeRecurrences(reader, count);
  return Array.from({ length: count }, (_, index) => {
    const policy = startAlertPolicy(
      { counts: row(routineCounts, HOURS, index), days: row(routineDays, HOURS, index) },
      recurrences[index],
    );
    POLICY_NUMBERS.forEach((field, position) => {
      policy[field] = numbers[position]![index]!;
    });
    policy.isOpen = isOpen[index] === 1;
    return policy;
  });
}

/** Policies of version 7 and before remember no episodes: they begin with none. */
function decodeRecurrences(reader: ColumnReader, count: number): RecurrenceMemory[] {
  if (!reader.has('nextEpisode')) return Array.from({ length: count }, () => emptyRecurrence());
  const length = count * EPISODES;
  const starts = reader.masks('episodeStarts', length);
  const lengths = reader.masks('episodeLengths', length);
  const sizes = reader.numbers('episodeSizes', length);
  const next = reader.numbers('nextEpisode', count);
  return Array.from({ length: count }, (_, index) => {
    const [first, end] = [index * EPISODES, (index + 1) * EPISODES];
    return {
      starts: starts.subarray(first, end),
      lengths: lengths.subarray(first, end),
      sizes: row(sizes, EPISODES, index),
      next: next[index]!,
    };
  });
}
