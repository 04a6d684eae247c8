import { endsIncident, type Verdict } from '../../lib/detector/verdict.ts';
import type { AlertRecord } from '../../lib/results/result-store.ts';
import type { BoardRow, SeriesBoard } from './series-board.ts';
import { shortName } from './series-board.ts';
import { sparkline } from './sparkline.ts';
import type { Paint } from './style.ts';

const NAME_WIDTH = 22;
const SHOWN_ALERTS = 6;

/** The board as lines of text: one line per series, then the newest alerts. */
export function boardLines(board: SeriesBoard, paint: Paint, columns: number): string[] {
  const sparkWidth = Math.max(12, Math.min(60, columns - NAME_WIDTH - 58));
  const heading = `${'series'.padEnd(NAME_WIDTH)} ${'last'.padEnd(sparkWidth)} ${headings()}`;
  const rows = [...board.rows.values()].map((row) => rowLine(row, sparkWidth, paint));
  return [
    paint('dim', heading),
    ...rows,
    '',
    ...board.alerts.slice(-SHOWN_ALERTS).map((alert) => alertLine(alert, paint)),
  ];
}

function headings(): string {
  return `${'value'.padStart(8)}  ${'expected band'.padEnd(17)} ${'score'.padStart(6)}  state`;
}

function rowLine(row: BoardRow, sparkWidth: number, paint: Paint): string {
  const shown = row.verdicts.slice(-sparkWidth);
  const points = shown.map(({ value, anomalous }) => ({
    value: Number.isFinite(value) ? value : undefined,
    isMarked: anomalous,
  }));
  const spark =
    sparkline(points, (bar) => paint(['red', 'bold'], bar)) + ' '.repeat(sparkWidth - shown.length);
  const newest = row.verdicts.at(-1);
  const name =
    row.name.length > NAME_WIDTH ? `${row.name.slice(0, NAME_WIDTH - 1)}…` : row.name.padEnd(NAME_WIDTH);
  if (newest === undefined) return `${name} ${spark}`;
  const band = newest.band === undefined ? '' : `${short(newest.band.lower)} to ${short(newest.band.upper)}`;
  const score = newest.score === undefined ? '' : newest.score.toFixed(1);
  const numbers = `${short(newest.value).padStart(8)}  ${paint('dim', band.padEnd(17))} ${score.padStart(6)}`;
  return `${name} ${paint('cyan', spark)} ${numbers}  ${stateOf(row, newest, paint)}`;
}

function stateOf(row: BoardRow, newest: Verdict, paint: Paint): string {
  if (row.openSinceSeconds !== undefined)
    return paint(['red', 'bold'], `● since ${clock(row.openSinceSeconds)}`);
  if (newest.kind === 'normal') return paint('green', '○ normal');
  if (newest.kind === 'anomaly') return paint('yellow', '◐ unusual');
  return paint('dim', `· ${newest.kind}`);
}

/** One alert as one line: when, what, where and why. */
export function alertLine(alert: AlertRecord, paint: Paint): string {
  const resolved = endsIncident(alert.kind);
  const sign = resolved
    ? paint('green', '✔ resolved ')
    : paint(['red', 'bold'], `▲ ${alert.kind}`.padEnd(11));
  const where = shortName(alert.metric, alert.labels);
  return `${paint('dim', clock(alert.timeSeconds))} ${sign} ${where}: ${alert.explanation}`;
}

/** A time in UTC: weekday, hour and minute. */
export function clock(timeSeconds: number): string {
  const date = new Date(timeSeconds * 1000);
  const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][date.getUTCDay()];
  return `${day} ${date.toISOString().slice(11, 16)}`;
}

/** Three to four significant digits. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 1e-3)) return value.toExponential(1);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
