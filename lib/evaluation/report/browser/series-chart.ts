import type { InjectionFigures, SeriesFigures } from '../series-figures.ts';
import { color } from './color.ts';
import { drawMarks } from './marks.ts';
import { numberText, tickTexts, timeText } from './texts.ts';

type Plot = InstanceType<typeof uPlot>;
type Figure = number | null;

const HEIGHT_PIXELS = 300;
/** The lane below the values for the marks of injections: 22 of the 250 pixels left of the height. */
const LANE_SHARE = 22 / 250;

/** One series' chart: its visible range and the selected injection. */
export class SeriesChart {
  readonly plot: Plot;
  /** Unix times of the columns. */
  readonly times: readonly number[];
  chosen: InjectionFigures | undefined;
  readonly #box: HTMLElement;

  /** @param readout shows the values under the cursor. */
  constructor(series: SeriesFigures, box: HTMLElement, readout: HTMLElement) {
    this.#box = box;
    this.times = series.times.map((time) => series.startSeconds + time);
    const { values, expected } = series;
    const columns = [values, clipped(series.lower, values), clipped(series.upper, values), expected];
    const data = [this.times, ...columns].map((column) => [...column]);
    const options = this.#options(series, box, readout);
    this.plot = new uPlot(options, data as ConstructorParameters<typeof uPlot>[1], box);
  }

  /** The visible time range: Unix times. */
  get shown(): { readonly from: number; readonly to: number } {
    const { min = 0, max = 0 } = this.plot.scales.x ?? {};
    return { from: min, to: max };
  }

  fitToWidth(): void {
    this.plot.setSize({ width: this.#box.clientWidth, height: HEIGHT_PIXELS });
  }

  #options(
    series: SeriesFigures,
    box: HTMLElement,
    readout: HTMLElement,
  ): ConstructorParameters<typeof uPlot>[0] {
    const axis = {
      stroke: () => color('soft'),
      grid: { stroke: () => color('rule'), width: 1 },
      ticks: { stroke: () => color('rule'), width: 1 },
    };
    const points = { show: false };
    return {
      width: box.clientWidth,
      height: HEIGHT_PIXELS,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { size: 7 } },
      scales: {
        y: {
          range: (_, least, most) => {
            const [low, high] = uPlot.rangeNum(least, most, 0.08, false);
            return [(low ?? 0) - ((high ?? 0) - (low ?? 0)) * LANE_SHARE, high];
          },
        },
      },
      axes: [
        { ...axis, space: 70, values: (_, ticks) => tickTexts(ticks) },
        { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => numberText(tick)) },
      ],
      series: [
        {},
        { label: 'value', stroke: () => color('value'), width: 1.2, points },
        { label: 'lower', stroke: () => color('band-edge'), width: 0.6, points },
        { label: 'upper', stroke: () => color('band-edge'), width: 0.6, points },
        { label: 'expected', stroke: 'transparent', points },
      ],
      bands: [{ series: [3, 2], fill: () => color('band') }],
      hooks: {
        draw: [(plot) => drawMarks(plot, series, this.chosen)],
        setScale: [
          (plot, key) => {
            if (key !== 'x') return;
            // The visible range, for scripts and assistive technology.
            box.dataset.from = timeText(plot.scales.x?.min ?? 0);
            box.dataset.to = timeText(plot.scales.x?.max ?? 0);
          },
        ],
        setCursor: [
          (plot) => {
            const index = plot.cursor.idx;
            if (index !== null && index !== undefined) readout.textContent = describe(series, plot, index);
          },
        ],
      },
    };
  }
}

/** The values at an index of the chart, in words. */
function describe(series: SeriesFigures, plot: Plot, index: number): string {
  const [time = 0, value, lower, upper, expected] = plot.data.map((column) => column[index]);
  const band =
    lower === null
      ? 'nothing was scored yet'
      : `an alert outside ${numberText(lower)} to ${numberText(upper)}`;
  const at = time ?? 0;
  const parts = [`${timeText(at)}: ${numberText(value)}`, `expected ${numberText(expected)}, ${band}`];
  const after = at - series.startSeconds;
  const { min = 0, max = 0 } = plot.scales.x ?? {};
  const reach = Math.max(30, (max - min) / 400);
  if (series.alerts.some((alert) => Math.abs(alert.time - after) <= reach)) parts.push('alert');
  const near = series.injections.filter(({ from, to }) => after >= from - reach && after <= to + reach);
  for (const injection of near.slice(0, 3))
    parts.push(`${injection.title} (${injection.size}) injected: ${injection.outcome}`);
  return parts.join('; ');
}

/** Alert bands reach to infinity now and then; the scale follows the values and the centres of the bands. */
function clipped(column: readonly Figure[], values: readonly Figure[]): Figure[] {
  const known = values.filter((value) => value !== null);
  const least = known.reduce((low, value) => Math.min(low, value), Infinity);
  const most = known.reduce((high, value) => Math.max(high, value), -Infinity);
  const room = (most - least || Math.abs(most) || 1) * 0.5;
  return column.map((value) =>
    value === null ? null : Math.max(least - room, Math.min(most + room, value)),
  );
}
