import { escapeHtml, jsonInScript } from './html.ts';

/** One line of a chart; NaN leaves a gap. */
export interface ChartLine {
  readonly label: string;
  readonly values: Float64Array;
  /**
   * `actual` is the measured line, `expected` the model's, `edge` an edge of its band; the others distinguish
   * lines.
   */
  readonly role: 'actual' | 'expected' | 'edge' | 'first' | 'second' | 'third';
}

/** A vertical line at an x position. */
export interface ChartMark {
  readonly x: number;
  readonly label: string;
}

/** One chart over a shared x axis. */
export interface Chart {
  readonly title: string;
  /** A sentence that describes the chart. */
  readonly caption: string;
  /** Ascending: Unix seconds for `time`, otherwise any number. */
  readonly x: Float64Array;
  readonly xKind: 'time' | 'hour-of-day' | 'day-of-week' | 'number';
  readonly lines: readonly ChartLine[];
  /** Indexes of the lines between which the band is filled: upper, then lower. */
  readonly band?: readonly [upper: number, lower: number];
  readonly marks?: readonly ChartMark[];
}

/** A chart as HTML: a container, its data and its texts; `pageOf` adds the script that draws it. */
export function chartHtml(chart: Chart): string {
  const { title, caption, x, lines } = chart;
  const content = {
    ...chart,
    x: Array.from(x, rounded),
    lines: lines.map((line) => ({ ...line, values: Array.from(line.values, rounded) })),
  };
  return `<figure>
<h2>${escapeHtml(title)}</h2>
<figcaption>${escapeHtml(caption)}</figcaption>
<div class="chart" role="img" aria-label="${escapeHtml(`${title}. ${caption}`)}"></div>
<script type="application/json">${jsonInScript(content)}</script>
</figure>`;
}

/** Seven digits are more than a screen shows, and less than half of a double's text; null is a gap. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(Math.abs(value) > 1e6 ? 12 : 7)) : null;
}
