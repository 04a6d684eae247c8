import { figure } from '../accuracy-card.ts';
import type { Calibration } from '../calibration.ts';
import { asTable, tableHtml } from './html.ts';

const WIDTH = 360;
const HEIGHT = 300;
const LEFT = 46;
const BOTTOM = 40;
const MARGIN = 14;
/** Both axes range from one in a hundred weeks to a hundred a week at most. */
const DECADES = [0.01, 0.1, 1, 10, 100];

/** Realized against accepted false alerts, on logarithmic axes: on the diagonal they are equal. */
export function calibrationPlotHtml(curve: readonly Calibration[], budgetPerWeek: number): string {
  const shown = DECADES.filter((decade) => decade <= highest(curve));
  const least = shown[0]!;
  const most = highest(curve);
  const scale = (value: number): number =>
    Math.log(Math.max(least, Math.min(most, value)) / least) / Math.log(most / least);
  const x = (value: number): string => (LEFT + scale(value) * (WIDTH - LEFT - MARGIN)).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - BOTTOM - scale(value) * (HEIGHT - BOTTOM - MARGIN)).toFixed(1);
  const grid = shown.map(
    (value) =>
      `<path class="grid" d="M${x(value)} ${MARGIN}V${HEIGHT - BOTTOM}M${LEFT} ${y(value)}H${WIDTH - MARGIN}"/>` +
      `<text x="${x(value)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${figure(value)}</text>` +
      `<text x="${LEFT - 6}" y="${y(value)}" dy="4" text-anchor="end">${figure(value)}</text>`,
  );
  const points = curve.map(
    ({ nominalPerWeek, realizedPerWeek }) => `${x(nominalPerWeek)},${y(realizedPerWeek)}`,
  );
  const dots = curve.map(
    ({ nominalPerWeek, realizedPerWeek }, index) =>
      `<circle class="dot" cx="${points[index]!.split(',')[0]}" cy="${points[index]!.split(',')[1]}" r="4"><title>${figure(nominalPerWeek)} accepted, ${figure(realizedPerWeek)} raised</title></circle>`,
  );
  const words = curve
    .map(
      ({ nominalPerWeek, realizedPerWeek }) =>
        `${figure(nominalPerWeek)} accepted, ${figure(realizedPerWeek)} raised`,
    )
    .join('; ');
  const rows = curve.map(({ nominalPerWeek, realizedPerWeek, ratio }) => [
    figure(nominalPerWeek),
    figure(realizedPerWeek),
    figure(ratio),
  ]);
  return `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="False alerts per series and week: ${words}.">
${grid.join('')}<path class="ideal" d="M${x(least)} ${y(least)}L${x(most)} ${y(most)}"/>
<path class="budget" d="M${x(budgetPerWeek)} ${MARGIN}V${HEIGHT - BOTTOM}"><title>the current budget</title></path>
<polyline class="line" points="${points.join(' ')}"/>${dots.join('')}
<text x="${(LEFT + WIDTH - MARGIN) / 2}" y="${HEIGHT - 6}" text-anchor="middle">accepted per series and week</text>
<text transform="translate(12 ${(HEIGHT - BOTTOM + MARGIN) / 2}) rotate(-90)" text-anchor="middle">raised</text></svg>
<p class="key"><span class="swatch ideal-key"></span>equal rates <span class="swatch budget-key"></span>your budget. A rate of zero is drawn at the bottom.</p>
${asTable(tableHtml('False alerts per series and week', ['Accepted', 'Raised', 'Ratio'], rows))}`;
}

function highest(curve: readonly Calibration[]): number {
  const most = Math.max(
    10,
    ...curve.map(({ nominalPerWeek, realizedPerWeek }) => Math.max(nominalPerWeek, realizedPerWeek)),
  );
  return Math.min(100, most);
}
