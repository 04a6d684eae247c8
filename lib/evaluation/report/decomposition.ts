import { figure } from '../accuracy-card.ts';
import type { SeriesEvaluation } from '../series-evaluation.ts';
import { minMaxRows } from './min-max-rows.ts';

const WIDTH = 360;
const HEIGHT = 96;
const LEFT = 44;
const TOP = 8;
const BOTTOM = 18;
const STRETCHES = 150;
const WEEK_SECONDS = 604_800;

/**
 * A series by component of its models: trend and level, the seasonality of the last week, and the residual.
 */
export function decompositionHtml({ samples, models }: SeriesEvaluation): string {
  if (models.length === 0) return '<p>No model was fitted: the detector used its own baseline.</p>';
  const times: number[] = [];
  const trend: number[] = [];
  const season: number[] = [];
  const residual: number[] = [];
  for (const { firstRow, endRow, forecast } of models) {
    for (let row = firstRow; row < endRow; row += 1) {
      const expected = forecast.expected[row - firstRow]!;
      const seasonal = forecast.seasonal[row - firstRow]!;
      times.push(samples.timesSeconds[row]!);
      trend.push(expected - seasonal);
      season.push(seasonal);
      residual.push(samples.values[row]! - expected);
    }
  }
  const lastWeek = times.findIndex((time) => time >= times.at(-1)! - WEEK_SECONDS);
  return (
    linePlot('Trend and level', times, trend) +
    linePlot('Seasonality of the last week', times.slice(lastWeek), season.slice(lastWeek)) +
    linePlot('Residual', times, residual)
  );
}

function linePlot(title: string, times: readonly number[], numbers: readonly number[]): string {
  const rows = minMaxRows(Float64Array.from(numbers), STRETCHES);
  const least = numbers.reduce((low, value) => Math.min(low, value), Infinity);
  const most = numbers.reduce((high, value) => Math.max(high, value), -Infinity);
  const first = times[0]!;
  const span = times.at(-1)! - first || 1;
  const height = most - least || 1;
  const points = Array.from(rows, (row) => {
    const x = LEFT + ((times[row]! - first) / span) * (WIDTH - LEFT - 2);
    const y = TOP + ((most - numbers[row]!) / height) * (HEIGHT - TOP - BOTTOM);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return `<figure><figcaption>${title}</figcaption>
<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: from ${figure(least)} to ${figure(most)}, from ${dayOf(first)} to ${dayOf(times.at(-1)!)}.">
<path class="grid" d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH}"/>
<text x="${LEFT - 4}" y="${TOP + 8}" text-anchor="end">${figure(most)}</text><text x="${LEFT - 4}" y="${HEIGHT - BOTTOM}" text-anchor="end">${figure(least)}</text>
<text x="${LEFT}" y="${HEIGHT - 4}">${dayOf(first)}</text><text x="${WIDTH}" y="${HEIGHT - 4}" text-anchor="end">${dayOf(times.at(-1)!)}</text>
<polyline class="line" points="${points.join(' ')}"/></svg></figure>`;
}

function dayOf(timeSeconds: number): string {
  return new Date(timeSeconds * 1000).toISOString().slice(0, 10);
}
