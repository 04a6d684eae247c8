import { seriesKey } from '../../series/labels.ts';
import { durationText, figure, percent } from '../accuracy-card.ts';
import type { Estimate } from '../estimate.ts';
import { labelledSentence } from '../labelled-sentence.ts';
import type { MetricEvaluation } from '../metric-evaluation.ts';
import { alertTimesHtml } from './alert-times.ts';
import { calibrationPlotHtml } from './calibration-plot.ts';
import { decompositionHtml } from './decomposition.ts';
import { heatMapHtml } from './heat-map.ts';
import { asTable, escapeHtml, tableHtml } from './html.ts';

/** The section of one metric. `index` is its place in the report. */
export function metricHtml(evaluation: MetricEvaluation, index: number): string {
  const { card, calibration, series } = evaluation;
  const labelled = labelledSentence(evaluation);
  return `<section id="metric-${index}" aria-labelledby="metric-${index}-title">
<h2 id="metric-${index}-title">${escapeHtml(card.metric)}</h2>
<p class="headline">${escapeHtml(card.headline)}</p>
${tilesHtml(evaluation)}
<ul class="sentences">${card.sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('')}</ul>
${labelled === undefined ? '' : `<p class="labelled">${escapeHtml(labelled)}</p>`}
${asTable(scoresTable(evaluation))}
<h3>What is found</h3>
${heatMapHtml(card.table)}
<div class="pair"><div><h3>Is the budget kept?</h3>${calibrationPlotHtml(calibration, card.budgetPerWeek)}</div>
<div><h3>When are false alerts raised?</h3>${alertTimesHtml(series)}</div></div>
<h3>Series by series</h3>
${series.map((one, place) => seriesHtml(one, `${index}-${place}`)).join('\n')}
</section>`;
}

function tilesHtml({ card, bandLevel }: MetricEvaluation): string {
  const { recall, delaySeconds, falseAlertsPerWeek, precision, coverage, nab } = card.metrics;
  const tiles = [
    tile('Faults found', recall, percent, 'of the injected ones'),
    tile('Delay', delaySeconds, delayText, 'median, of the found ones'),
    tile(
      'False alerts',
      falseAlertsPerWeek,
      figure,
      `per series and week; ${figure(card.budgetPerWeek)} accepted`,
    ),
    tile('Alerts that are real', precision, percent, 'at one incident a week'),
    tile(
      'Inside the model band',
      coverage,
      percent,
      Number.isNaN(bandLevel) ? 'no model' : `${percent(bandLevel)} expected`,
    ),
    tile('NAB score', nab, figure, 'of 100, standard profile'),
  ];
  return `<dl class="tiles">${tiles.join('')}</dl>`;
}

function tile(title: string, estimate: Estimate, text: (value: number) => string, note: string): string {
  const { value, low, high } = estimate;
  // An interval without visible width is left out.
  const isShown = low !== null && high !== null && text(low) !== text(high);
  const interval = isShown ? `<span class="interval">${text(low)} to ${text(high)}</span>` : '';
  return `<div><dt>${title}</dt><dd><b>${value === null ? 'unknown' : text(value)}</b>${interval}<small>${escapeHtml(note)}</small></dd></div>`;
}

/** `at once` for no delay at all. */
function delayText(seconds: number): string {
  return seconds === 0 ? 'at once' : durationText(seconds);
}

function scoresTable({ card: { metrics }, labelled }: MetricEvaluation): string {
  const row = (title: string, estimate: Estimate, text: (value: number) => string): string[] => [
    title,
    estimate.value === null ? 'unknown' : text(estimate.value),
    estimate.low === null || estimate.high === null ? '' : `${text(estimate.low)} to ${text(estimate.high)}`,
    String(estimate.units),
  ];
  const noise = (value: number): string => `${figure(value)} × noise`;
  const labelledRows =
    labelled === undefined
      ? []
      : [
          row('Labelled incidents found', labelled.recall, percent),
          row('Alerts on a labelled incident', labelled.precision, percent),
          row('Delay to labelled incidents, median', labelled.delaySeconds, durationText),
          ['F1 with tolerated delay, best threshold', figure(labelled.delayF1.f1), '', ''],
        ];
  return tableHtml(
    'All scores with their 95% intervals',
    ['Score', 'Value', '95% interval', 'Units'],
    [
      row('Event recall', metrics.recall, percent),
      row('Event recall by chance', metrics.recallByChance, percent),
      row('Event precision at one incident a week', metrics.precision, percent),
      row('Event F1', metrics.f1, percent),
      row('Point recall', metrics.points.recall, percent),
      row('Point precision', metrics.points.precision, percent),
      row('Point F1', metrics.points.f1, percent),
      row('Delay, median', metrics.delaySeconds, durationText),
      row('False alerts per series and week', metrics.falseAlertsPerWeek, figure),
      row('Gaps without an alert', metrics.quietOverGaps, percent),
      row('Coverage of the model band', metrics.coverage, percent),
      row('Pinball loss', metrics.pinball, noise),
      row('Interval score', metrics.intervalScore, noise),
      row('NAB score, standard profile', metrics.nab, figure),
      ...labelledRows,
    ],
  );
}

function seriesHtml(series: MetricEvaluation['series'][number], id: string): string {
  const key = seriesKey(series.labels);
  const title = key === '{}' ? 'The series' : key;
  const { outcomes, alertRows } = series.judgement;
  const found = outcomes.filter(({ isFound }) => isFound).length;
  const alerts = alertRows.filter((row) => row >= series.firstRow).length;
  const words = `${title}: value with its alert band; ${alerts} alerts in the undisturbed history; ${found} of ${outcomes.length} injections raised an alert.`;
  return `<article class="series" data-series="${id}">
<h4>${escapeHtml(title)}</h4>
<div class="chart-tools" role="group" aria-label="Zoom">
<button type="button" data-do="in">Zoom in</button><button type="button" data-do="out">Zoom out</button><button type="button" data-do="left" aria-label="Earlier">◀</button><button type="button" data-do="right" aria-label="Later">▶</button><button type="button" data-do="all">Show all</button></div>
<div class="chart" tabindex="0" role="application" aria-roledescription="chart" aria-label="${escapeHtml(words)} Arrow keys read values, plus and minus zoom, 0 shows all."></div>
<p class="readout" aria-live="polite">Hover, tap or use the arrow keys to read values; drag to zoom.</p>
<p class="key"><span class="swatch value-key"></span>value <span class="swatch band-key"></span>alert band <span class="mark alert-key">▼</span>alert <span class="mark found-key">●</span>injected and found <span class="mark missed-key">✕</span>injected and missed. Shaded: warm-up, and labelled incidents.</p>
<details class="injections"><summary>Injections as a table (${outcomes.length})</summary><div class="scroll"></div></details>
<details><summary>Decomposition</summary><div class="decomposition">${decompositionHtml(series)}</div></details>
</article>`;
}
