import { faults } from './faults/registry.ts';
import type { InjectionOutcome } from './judgement.ts';
import { type NabSeries, type NabWindow, probationRows } from './nab-score.ts';
import type { JudgedSeries } from './series-evaluation.ts';

const WEEK_SECONDS = 604_800;

/**
 * The judged weeks of a series as files of the Numenta Anomaly Benchmark: their windows are the real
 * incidents and as many injected faults as fit without overlap; a row's score is 1 where an alert was raised,
 * otherwise 0. In a window of a fault, the rows are those of its own replay. Windows across a week's border
 * or the end of its probationary period are left out.
 */
export function nabWeeks({ evaluation, judgement }: JudgedSeries): NabSeries[] {
  const { firstRow, samples, stepSeconds, incidents } = evaluation;
  const rows = samples.values.length;
  const alerts = new Uint8Array(rows);
  for (const row of judgement.alertRows) alerts[row] = 1;
  const windows: NabWindow[] = incidents.map(({ firstIndex, lastIndex }) => ({ firstIndex, lastIndex }));
  for (const outcome of judgement.outcomes) {
    const { fault, firstIndex, lastIndex } = outcome.injection;
    if (faults[fault].expects === 'silence') continue;
    if (windows.some((other) => other.firstIndex <= lastIndex + 1 && other.lastIndex >= firstIndex - 1))
      continue;
    windows.push({ firstIndex, lastIndex });
    alerts.fill(0, firstIndex, lastIndex + 1);
    const row = alertRowOf(outcome, samples.timesSeconds);
    if (row !== undefined && row <= lastIndex) alerts[row] = 1;
  }
  windows.sort((one, other) => one.firstIndex - other.firstIndex);
  const weekRows = Math.max(1, Math.round(WEEK_SECONDS / stepSeconds));
  const weeks: NabSeries[] = [];
  for (let first = firstRow; first < rows; first += weekRows) {
    const end = Math.min(rows, first + weekRows);
    const inside = windows.filter(
      ({ firstIndex, lastIndex }) => firstIndex >= first + probationRows(end - first) && lastIndex < end,
    );
    weeks.push({
      scores: alerts.subarray(first, end),
      windows: inside.map(({ firstIndex, lastIndex }) => ({
        firstIndex: firstIndex - first,
        lastIndex: lastIndex - first,
      })),
    });
  }
  return weeks;
}

function alertRowOf(
  { injection, delaySeconds }: InjectionOutcome,
  timesSeconds: Float64Array,
): number | undefined {
  if (delaySeconds === undefined) return undefined;
  const seconds = timesSeconds[injection.firstIndex]! + delaySeconds;
  let row = injection.firstIndex;
  while (timesSeconds[row]! < seconds) row += 1;
  return row;
}
