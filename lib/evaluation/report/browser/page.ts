import type { SeriesFigures } from '../series-figures.ts';
import { ChartActions } from './chart-actions.ts';
import { element } from './element.ts';
import { listInjections } from './injection-table.ts';
import { SeriesChart } from './series-chart.ts';

// The script of the evaluation's report: draws each series when it comes into view.

const RESIZE_PAUSE_MILLISECONDS = 100;

const metrics: readonly (readonly SeriesFigures[])[] = JSON.parse(
  element(document, '#figures').textContent ?? '',
);
const charts: SeriesChart[] = [];
/** The series that are not drawn yet. */
const pending = new Map<Element, () => ChartActions>();

function draw(article: HTMLElement, series: SeriesFigures): ChartActions {
  const box = element(article, '.chart');
  const readout = element(article, '.readout');
  const chart = new SeriesChart(series, box, readout);
  const actions = new ChartActions(chart, series, readout);
  actions.listen(article, box);
  charts.push(chart);
  return actions;
}

function prepare(article: HTMLElement): void {
  const [metric = 0, place = 0] = (article.dataset.series ?? '').split('-').map(Number);
  const series = metrics[metric]?.[place];
  if (series === undefined || series.times.length === 0) {
    element(article, '.readout').textContent = 'There are no samples.';
    return;
  }
  let actions: ChartActions | undefined;
  const ensure = (): ChartActions => {
    actions ??= draw(article, series);
    pending.delete(article);
    return actions;
  };
  pending.set(article, ensure);
  const details = element(article, '.injections');
  const list = () =>
    listInjections(details, series, (injection) => {
      ensure().choose(injection);
      element(article, '.chart').scrollIntoView({ block: 'center' });
    });
  details.addEventListener('toggle', list, { once: true });
}

function redraw(): void {
  for (const { plot } of charts) plot.redraw(true, true);
}

for (const article of document.querySelectorAll<HTMLElement>('article.series')) prepare(article);

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      pending.get(target)?.();
      watcher.unobserve(target);
    }
  },
  { rootMargin: '600px' },
);
for (const article of pending.keys()) watcher.observe(article);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
matchMedia('print').addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  for (const ensure of [...pending.values()]) ensure();
  redraw();
});
let resizing: ReturnType<typeof setTimeout> | undefined;
addEventListener('resize', () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => {
    for (const chart of charts) chart.fitToWidth();
  }, RESIZE_PAUSE_MILLISECONDS);
});
