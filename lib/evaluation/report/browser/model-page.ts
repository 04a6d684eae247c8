import type { Chart, ChartLine, ChartMark } from '../chart.ts';
import { color } from './color.ts';
import { twoDigits } from './texts.ts';

// The script of a model's page: draws every chart with uPlot, and again when width or colors change.

type Plot = InstanceType<typeof uPlot>;
type Options = ConstructorParameters<typeof uPlot>[0];

/** A chart in the page's JSON. */
type DrawnChart = Omit<Chart, 'x' | 'lines'> & {
  readonly x: number[];
  readonly lines: readonly (Omit<ChartLine, 'values'> & { readonly values: (number | null)[] })[];
};

const HEIGHT_PIXELS = 260;
const DEFAULT_WIDTH_PIXELS = 800;
/** From 1970-01-01 on, a Thursday. */
const WEEKDAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];

/** Labels of an x axis; undefined uses the chart library's texts for times. */
const axisTexts: Readonly<Record<Chart['xKind'], ((value: number) => string) | undefined>> = {
  time: undefined,
  'hour-of-day': (seconds) =>
    `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.round((seconds % 3600) / 60))}`,
  'day-of-week': (seconds) =>
    `${WEEKDAYS[Math.floor(seconds / 86_400) % 7]} ${twoDigits(Math.floor((seconds % 86_400) / 3600))}:00`,
  number: String,
};
const axisSpaces: Readonly<Partial<Record<Chart['xKind'], number[]>>> = {
  'hour-of-day': [3600, 7200, 10_800, 21_600],
  'day-of-week': [86_400],
};

function drawMarks({ ctx, bbox, valToPos }: Plot, marks: readonly ChartMark[]): void {
  ctx.save();
  ctx.strokeStyle = color('mark');
  ctx.fillStyle = color('mark');
  ctx.setLineDash([4, 4]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  for (const { x, label } of marks) {
    const at = valToPos(x, 'x', true);
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(label, at + 4, bbox.top + 12 * devicePixelRatio);
  }
  ctx.restore();
}

function optionsOf({ xKind, lines, band, marks = [] }: DrawnChart, width: number): Options {
  const text = axisTexts[xKind];
  const incrs = axisSpaces[xKind];
  const axis = {
    stroke: color('quiet'),
    grid: { stroke: color('rule'), width: 1 },
    ticks: { stroke: color('rule') },
  };
  const xAxis = {
    ...axis,
    ...(text === undefined ? {} : { values: (_: Plot, splits: number[]) => splits.map(text) }),
    ...(incrs === undefined ? {} : { incrs }),
  };
  const shown = (value: number | null, write: (value: number) => string) =>
    value === null || value === undefined ? '' : write(value);
  return {
    width,
    height: HEIGHT_PIXELS,
    padding: [null, 40, null, null],
    // All times are in UTC, wherever the reader is.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: { x: { time: xKind === 'time' } },
    axes: [xAxis, { ...axis, size: 70 }],
    series: [
      text === undefined ? {} : { label: 'at', value: (_: Plot, value: number) => shown(value, text) },
      ...lines.map(({ label, role }) => ({
        label,
        stroke: color(role),
        width: role === 'edge' ? 1 : 1.5,
        points: { show: false },
        value: (_: Plot, value: number) => shown(value, (one) => String(Number(one.toPrecision(5)))),
      })),
    ],
    bands: band === undefined ? [] : [{ series: [band[0] + 1, band[1] + 1], fill: color('band') }],
    hooks: { draw: [(plot) => drawMarks(plot, marks)] },
  };
}

const charts = [...document.querySelectorAll<HTMLElement>('.chart')].map((place) => {
  const chart: DrawnChart = JSON.parse(place.parentElement?.querySelector('script')?.textContent ?? '');
  return { place, chart };
});
let plots: Plot[] = [];

function drawAll(): void {
  for (const plot of plots) plot.destroy();
  plots = charts.map(({ place, chart }) => {
    const options = optionsOf(chart, place.clientWidth || DEFAULT_WIDTH_PIXELS);
    return new uPlot(options, [chart.x, ...chart.lines.map(({ values }) => values)], place);
  });
}

drawAll();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
addEventListener('resize', () => {
  for (const [index, plot] of plots.entries())
    plot.setSize({ width: charts[index]?.place.clientWidth ?? DEFAULT_WIDTH_PIXELS, height: HEIGHT_PIXELS });
});
