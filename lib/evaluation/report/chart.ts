import { escapeHtml, jsonInScript } from './html.ts';

/** One line of a chart; NaN leaves a gap. */
export interface ChartLine {
  readonly label: string;
  readonly values: Float64Array;
  /** `actual` is what was measured, `expected` a model's word, `edge` a border of its band, the others tell lines apart. */
  readonly role: 'actual' | 'expected' | 'edge' | 'first' | 'second' | 'third';
}

/** A time or a place on the x axis that deserves a line down the chart. */
export interface ChartMark {
  readonly x: number;
  readonly label: string;
}

/** One chart over a shared x axis. */
export interface Chart {
  readonly title: string;
  /** A sentence on what can be seen. */
  readonly caption: string;
  /** Ascending: Unix seconds for `time`, otherwise any number. */
  readonly x: Float64Array;
  readonly xKind: 'time' | 'hour-of-day' | 'day-of-week' | 'number';
  readonly lines: readonly ChartLine[];
  /** Indexes of the lines between which the band is filled: upper, then lower. */
  readonly band?: readonly [upper: number, lower: number];
  readonly marks?: readonly ChartMark[];
}

/** A chart as HTML: a place, its data, and its words; `pageOf` brings the script that draws it. */
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

/** Seven digits are more than a screen shows, and less than half of what a double takes as text; null is a gap. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(Math.abs(value) > 1e6 ? 12 : 7)) : null;
}
