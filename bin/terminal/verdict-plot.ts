import type { RecordedVerdict } from '../../lib/results/verdict-history.ts';
import type { Paint } from './style.ts';

const HEIGHT = 14;
const AXIS_WIDTH = 11;

/** The verdicts of a column of a plot, joined. */
interface PlotColumn {
  readonly value: number | undefined;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly isAnomalous: boolean;
}

/**
 * Draws the value as dots in its shaded band, with anomalies marked below: fourteen lines and an axis.
 *
 * @param verdicts of one series, in order of time; at least one.
 * @param columns the width of the terminal, at least 40.
 */
export function verdictPlot(verdicts: readonly RecordedVerdict[], columns: number, paint: Paint): string[] {
  const width = Math.max(20, Math.min(columns - AXIS_WIDTH - 3, verdicts.length));
  const plotted = plotColumns(verdicts, width);
  const seen = plotted.flatMap(({ value, lower, upper }) =>
    [value, lower, upper].filter((one): one is number => one !== undefined && Number.isFinite(one)),
  );
  if (seen.length === 0) return ['No values in that time.'];
  const low = Math.min(...seen);
  const high = Math.max(...seen);
  const span = high - low || 1;
  const rowOf = (value: number) =>
    Math.round(((high - Math.max(low, Math.min(high, value))) / span) * (HEIGHT - 1));
  const lines = Array.from({ length: HEIGHT }, (_, row) => {
    const cells = plotted.map(({ value, lower, upper, isAnomalous }) => {
      if (value !== undefined && rowOf(value) === row)
        return isAnomalous ? paint(['red', 'bold'], '●') : paint('cyan', '•');
      const isInBand =
        lower !== undefined && upper !== undefined && row >= rowOf(upper) && row <= rowOf(lower);
      return isInBand ? paint('dim', '░') : ' ';
    });
    const value = high - (row / (HEIGHT - 1)) * span;
    const isLabelled = row === 0 || row === HEIGHT - 1 || row === Math.floor(HEIGHT / 2);
    return `${(isLabelled ? short(value) : '').padStart(AXIS_WIDTH)} │${cells.join('')}`;
  });
  const marks = plotted.map(({ isAnomalous }) => (isAnomalous ? paint('red', '▲') : ' ')).join('');
  const [first, last] = [verdicts[0], verdicts.at(-1)];
  const ends = `${timeOf(first)}${timeOf(last).padStart(Math.max(1, width - timeOf(first).length))}`;
  return [
    ...lines,
    `${' '.repeat(AXIS_WIDTH)} └${'─'.repeat(width)}`,
    `${'anomalous'.padStart(AXIS_WIDTH)}  ${marks}`,
    `${' '.repeat(AXIS_WIDTH)}  ${paint('dim', ends)}`,
  ];
}

/** Each column keeps the value that is farthest from what was expected, so that no short incident disappears. */
function plotColumns(verdicts: readonly RecordedVerdict[], width: number): PlotColumn[] {
  return Array.from({ length: width }, (_, column) => {
    const start = Math.floor((column * verdicts.length) / width);
    const end = Math.max(start + 1, Math.floor(((column + 1) * verdicts.length) / width));
    const own = verdicts.slice(start, end);
    const shown = own.reduce((most, one) => (distanceOf(one) > distanceOf(most) ? one : most), own[0]!);
    const { value, lower, upper } = shown;
    return { value, lower, upper, isAnomalous: own.some(({ anomalous }) => anomalous) };
  });
}

function distanceOf({ value, expected, score }: RecordedVerdict): number {
  if (value === undefined) return -1;
  return score ?? (expected === undefined ? 0 : Math.abs(value - expected));
}

function short(value: number): string {
  return Number(value.toPrecision(4)).toString();
}

function timeOf(verdict: RecordedVerdict | undefined): string {
  if (verdict === undefined) return '';
  return new Date(verdict.timeSeconds * 1000).toISOString().slice(5, 16).replace('T', ' ');
}
