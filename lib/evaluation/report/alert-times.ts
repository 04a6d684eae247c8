import { scoreEvents } from '../event-scores.ts';
import type { SeriesEvaluation } from '../series-evaluation.ts';
import { asTable, tableHtml } from './html.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));
/** The first day of 1970 was a Thursday. */
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const WEEKDAY_OF_EPOCH = 3;
const WIDTH = 360;
const HEIGHT = 120;
const BASE = 100;
const TOP = 14;

/** False alerts by hour and weekday, which reveals batch jobs and shifts. Hours and days are in UTC. */
export function alertTimesHtml(series: readonly SeriesEvaluation[]): string {
  const byHour = new Array<number>(24).fill(0);
  const byWeekday = new Array<number>(7).fill(0);
  for (const time of series.flatMap(falseAlertTimes)) {
    byHour[Math.floor(time / 3600) % 24]! += 1;
    byWeekday[(Math.floor(time / 86_400) + WEEKDAY_OF_EPOCH) % 7]! += 1;
  }
  return (
    barsHtml('False alerts by hour of the day, UTC', 'Hour', HOURS, byHour, 3) +
    barsHtml('False alerts by weekday, UTC', 'Weekday', WEEKDAYS, byWeekday, 1)
  );
}

function falseAlertTimes({ judgement, incidents, firstRow, samples }: SeriesEvaluation): number[] {
  return judgement.alertRows
    .filter((row) => row >= firstRow && scoreEvents([row], incidents).falseAlerts > 0)
    .map((row) => samples.timesSeconds[row]!);
}

function barsHtml(
  title: string,
  what: string,
  names: readonly string[],
  counts: readonly number[],
  labelEvery: number,
): string {
  const most = Math.max(1, ...counts);
  const slot = WIDTH / names.length;
  const bars = counts.map((count, index) => {
    const height = ((BASE - TOP) * count) / most;
    const label =
      index % labelEvery === 0
        ? `<text x="${((index + 0.5) * slot).toFixed(1)}" y="${BASE + 15}" text-anchor="middle">${names[index]}</text>`
        : '';
    return `<rect class="bar" x="${(index * slot + slot * 0.12).toFixed(1)}" y="${(BASE - height).toFixed(1)}" width="${(slot * 0.76).toFixed(1)}" height="${height.toFixed(1)}"><title>${names[index]}: ${count}</title></rect>${label}`;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const words = names.flatMap((name, index) => (counts[index]! > 0 ? [`${name}: ${counts[index]}`] : []));
  const rows = names.map((name, index) => [name, String(counts[index])]);
  return `<h4>${title}</h4>
<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${words.join(', ') || 'none'}.">
<path class="grid" d="M0 ${BASE}H${WIDTH}"/><text x="0" y="11">${total === 0 ? 'none at all' : `at most ${most}`}</text>${bars.join('')}</svg>
${asTable(tableHtml(title, [what, 'False alerts'], rows))}`;
}
