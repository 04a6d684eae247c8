import { utcMinute } from '../../series/utc-minute.ts';
import type { MetricEvaluation } from '../metric-evaluation.ts';
import { escapeHtml, jsonInScript } from './html.ts';
import { metricHtml } from './metric-section.ts';
import { seriesFigures } from './series-figures.ts';

/** The scripts and styles of the page, so that it loads nothing when it is read. */
export interface ReportAssets {
  /** The chart library as a script that defines `uPlot`, and its style sheet. */
  readonly chartScript: string;
  readonly chartStyle: string;
  /** The scripts and style sheets beside this file, in order. */
  readonly pageScript: string;
  readonly pageStyle: string;
}

/** The head of the report. */
export interface ReportHead {
  readonly title: string;
  /** Where the samples came from. */
  readonly source: string;
  /** When it was created, Unix seconds. */
  readonly madeAtSeconds: number;
  /** The command that creates it. */
  readonly command: string;
}

/** The title of a report on these metrics. */
export function reportTitle(metrics: readonly string[]): string {
  return metrics.length === 1
    ? `Can I page on ${metrics[0]}?`
    : `Can I page on these ${metrics.length} metrics?`;
}

/** The report as one self-contained HTML file. */
export function reportHtml(
  evaluations: readonly MetricEvaluation[],
  head: ReportHead,
  assets: ReportAssets,
): string {
  const figures = evaluations.map(({ series }) => series.map(seriesFigures));
  const contents =
    evaluations.length > 1
      ? `<nav aria-label="Metrics"><ul>${evaluations
          .map(({ card }, index) => `<li><a href="#metric-${index}">${escapeHtml(card.metric)}</a></li>`)
          .join('')}</ul></nav>`
      : '';
  const period = periodOf(evaluations);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(head.title)}</title>
<style>${assets.chartStyle}</style>
<style>${assets.pageStyle}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><p class="brand">Tidemark</p><h1>${escapeHtml(head.title)}</h1>
<p>Samples from ${escapeHtml(head.source)}${period}. Created ${utcMinute(head.madeAtSeconds)} UTC.</p>${contents}</header>
<main id="content">
${evaluations.map((evaluation, index) => metricHtml(evaluation, index)).join('\n')}
</main>
<footer><p>Faults were injected into copies of the real history and replayed, sample by sample, through the code that monitors the metric.
Every figure has its 95% interval (bootstrap). Created by</p><pre><code>${escapeHtml(head.command)}</code></pre></footer>
<script type="application/json" id="figures">${jsonInScript(figures)}</script>
<script>${assets.chartScript}</script>
<script>${assets.pageScript}</script>
</body>
</html>
`;
}

function periodOf(evaluations: readonly MetricEvaluation[]): string {
  const times = evaluations.flatMap(({ series }) => series.map(({ samples }) => samples.timesSeconds));
  const first = Math.min(...times.map((column) => column[0] ?? Infinity));
  const last = Math.max(...times.map((column) => column.at(-1) ?? -Infinity));
  return first <= last ? `, ${utcMinute(first)} UTC to ${utcMinute(last)} UTC` : '';
}
