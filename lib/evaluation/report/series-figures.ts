import { seriesKey } from '../../series/labels.ts';
import { durationText } from '../accuracy-card.ts';
import type { Fault } from '../faults/fault.ts';
import { faults } from '../faults/registry.ts';
import type { InjectionOutcome } from '../judgement.ts';
import { isSuccess } from '../recall-table.ts';
import type { SeriesEvaluation } from '../series-evaluation.ts';
import { minMaxRows } from './min-max-rows.ts';

/** Enough for a wide screen: two values per pixel column. */
const STRETCHES = 1400;
/** The maximum of values shown per injection. */
const INJECTED_STRETCHES = 24;
const DIGITS = 5;

/** A number in JSON; null for none. */
type Figure = number | null;

/** One series in the page's data; times in seconds after `startSeconds`. */
export interface SeriesFigures {
  readonly title: string;
  readonly startSeconds: number;
  /** Nothing is judged before this time. */
  readonly judgedAfter: number;
  readonly times: readonly number[];
  readonly values: readonly Figure[];
  readonly expected: readonly Figure[];
  readonly lower: readonly Figure[];
  readonly upper: readonly Figure[];
  readonly alerts: readonly { readonly time: number; readonly value: Figure }[];
  readonly incidents: readonly { readonly from: number; readonly to: number }[];
  readonly injections: readonly InjectionFigures[];
}

/** One injection in the page's data. */
export interface InjectionFigures {
  readonly title: string;
  readonly size: string;
  readonly from: number;
  readonly to: number;
  /** It had the expected outcome. */
  readonly good: boolean;
  /** The outcome, in words. */
  readonly outcome: string;
  readonly times: readonly number[];
  readonly values: readonly Figure[];
}

/** Reduces a series to what a screen can show. */
export function seriesFigures(evaluation: SeriesEvaluation): SeriesFigures {
  const { labels, samples, history, judgement, firstRow, incidents } = evaluation;
  const { timesSeconds, values } = samples;
  const startSeconds = timesSeconds[0] ?? 0;
  const shown = minMaxRows(values, STRETCHES);
  const alertRows = judgement.alertRows.filter((row) => row >= firstRow);
  const rows = Int32Array.from(new Set([...shown, ...alertRows])).sort();
  const after = (row: number): number => Math.round(timesSeconds[row]! - startSeconds);
  const column = (read: (row: number) => number | undefined): Figure[] =>
    Array.from(rows, (row) => figureOf(read(row)));
  return {
    title: seriesKey(labels) === '{}' ? 'the series' : seriesKey(labels),
    startSeconds,
    judgedAfter: firstRow < values.length ? after(firstRow) : after(values.length - 1),
    times: Array.from(rows, after),
    values: column((row) => values[row]),
    expected: column((row) => history.bands[row]?.expected),
    lower: column((row) => history.bands[row]?.lower),
    upper: column((row) => history.bands[row]?.upper),
    alerts: alertRows.map((row) => ({ time: after(row), value: figureOf(values[row]) })),
    incidents: incidents.map(({ firstIndex, lastIndex }) => ({
      from: after(firstIndex),
      to: after(lastIndex),
    })),
    injections: judgement.outcomes.map((outcome) => injectionFigures(outcome, after)),
  };
}

function injectionFigures(outcome: InjectionOutcome, after: (row: number) => number): InjectionFigures {
  const { fault: name, sizeIndex, firstIndex, lastIndex, values } = outcome.injection;
  const fault: Fault = faults[name];
  const rows = values.some(Number.isNaN) ? new Int32Array() : minMaxRows(values, INJECTED_STRETCHES);
  return {
    title: fault.title,
    size: fault.sizeLabel(fault.sizes[sizeIndex]!),
    from: after(firstIndex),
    to: after(lastIndex),
    good: isSuccess(outcome),
    outcome: outcomeText(outcome, fault),
    times: Array.from(rows, (row) => after(firstIndex + row)),
    values: Array.from(rows, (row) => figureOf(values[row])),
  };
}

function outcomeText(outcome: InjectionOutcome, { expects }: Fault): string {
  if (expects === 'silence') return isSuccess(outcome) ? 'stayed quiet' : 'raised an unexpected alert';
  if (outcome.delaySeconds === undefined) return 'missed';
  return outcome.delaySeconds === 0 ? 'found at once' : `found after ${durationText(outcome.delaySeconds)}`;
}

/** Five digits: more than a screen shows. */
function figureOf(value: number | undefined): Figure {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
}
