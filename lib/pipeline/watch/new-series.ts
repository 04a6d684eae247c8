import { startAlertPolicy } from '../../detector/alert-policy.ts';
import { type SeriesState, startSeries } from '../../detector/monitor-series.ts';
import { newcomerAmong, startBeside } from '../../detector/newcomer.ts';
import type { Labels } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { MetricMemory, SeriesMemory } from './shard-state.ts';
import { valuesAt } from './steps.ts';
import { startWarmUp } from './warm-up.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** Looks at the series that are there: what is usual for them is what a new one begins with. */
export function renewNewcomer({ monitor }: WatchedMetric, memory: MetricMemory): void {
  const states = [...memory.series.values()].flatMap(({ state, warmUp }) =>
    warmUp === undefined ? [state] : [],
  );
  memory.newcomer = newcomerAmong(monitor.detector, monitor.stepSeconds, states);
}

/**
 * Begins the series that an answer has and the memory has not: with the memory of the series that it replaces, with what is usual for its
 * siblings, or alone.
 *
 * @param memory is changed in place.
 * @param times the steps that are scored, Unix seconds; a series without a sample at one of them is not begun.
 * @returns the new series by key, in the order of their keys.
 */
export function addNewSeries(
  metric: WatchedMetric,
  memory: MetricMemory,
  found: ReadonlyMap<string, Series>,
  times: Float64Array,
): ReadonlyMap<string, SeriesMemory> {
  const added = new Map<string, SeriesMemory>();
  const taken = new Set<string>();
  // The order must not depend on that of the answer, nor on which tick saw a series first: equal states must have equal bytes.
  for (const [key, series] of sortedByKey(found)) {
    if (memory.series.has(key)) continue;
    const first = valuesAt(times, series).findIndex((value) => !Number.isNaN(value));
    if (first < 0) continue;
    const firstSeconds = times[first] as number;
    const predecessor = predecessorOf(metric, memory, series.labels, firstSeconds, taken);
    added.set(
      key,
      predecessor === undefined
        ? begun(metric, memory, series.labels, firstSeconds)
        : heirOf(metric, series.labels, predecessor),
    );
  }
  if (added.size === 0) return added;
  const all = sortedByKey(new Map([...memory.series, ...added]));
  memory.series.clear();
  for (const [key, remembered] of all) memory.series.set(key, remembered);
  return added;
}

function begun(
  metric: WatchedMetric,
  { newcomer }: MetricMemory,
  labels: Labels,
  firstSeconds: number,
): SeriesMemory {
  const { monitor } = metric;
  return {
    labels,
    state: newcomer === undefined ? startSeries(monitor) : startBeside(monitor.detector, newcomer),
    lastSeenSeconds: 0,
    samplesInBlock: 0,
    warmUp: startWarmUp(metric, firstSeconds),
  };
}

/** The series that ended last before a new one of the same lineage began. */
function predecessorOf(
  { lineage }: WatchedMetric,
  { series }: MetricMemory,
  labels: Labels,
  firstSeconds: number,
  taken: Set<string>,
): readonly [key: string, remembered: SeriesMemory] | undefined {
  if (lineage === undefined) return undefined;
  let latest: readonly [string, SeriesMemory] | undefined;
  for (const [key, one] of series) {
    const isEnded = one.warmUp === undefined && one.lastSeenSeconds > 0 && one.lastSeenSeconds < firstSeconds;
    if (!isEnded || taken.has(key) || lineage.some((name) => one.labels[name] !== labels[name])) continue;
    if (latest === undefined || one.lastSeenSeconds > latest[1].lastSeenSeconds) latest = [key, one];
  }
  if (latest !== undefined) taken.add(latest[0]);
  return latest;
}

/** Goes on with what the predecessor knew; its open incident, if it has one, stays its own. */
function heirOf(
  { monitor }: WatchedMetric,
  labels: Labels,
  [key, { state, modelVersion, modelKey }]: readonly [string, SeriesMemory],
): SeriesMemory {
  const copy: SeriesState<unknown> = startBeside(monitor.detector, state);
  const { routine, recurrence } = copy.policy;
  return {
    labels,
    state: { ...copy, policy: startAlertPolicy(routine, recurrence) },
    lastSeenSeconds: 0,
    samplesInBlock: 0,
    modelVersion,
    modelKey: modelKey ?? key,
    warmUp: undefined,
  };
}

function sortedByKey<Item>(items: ReadonlyMap<string, Item>): readonly (readonly [string, Item])[] {
  return [...items].sort(([one], [other]) => (one < other ? -1 : 1));
}
