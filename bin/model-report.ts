import { chartHtml } from '../lib/evaluation/report/chart.ts';
import { bandChart, seasonalityCharts, trendChart } from '../lib/evaluation/report/model-charts.ts';
import { factsHtml, pageOf } from '../lib/evaluation/report/page.ts';
import type { FittedModel } from '../lib/models/model-set.ts';
import { describeProphet } from '../lib/prophet/describe.ts';
import { isProphetModel } from '../lib/prophet/model.ts';
import type { Samples } from '../lib/series/samples.ts';
import { readChartLibrary } from './chart-library.ts';

/**
 * One series' model as an HTML page.
 *
 * @param facts names and values shown above the charts.
 * @param actual the last week's samples, if available.
 */
export function modelReport(
  title: string,
  facts: readonly (readonly [string, string])[],
  { kind, model, trainedUntilSeconds }: FittedModel,
  actual: Samples | undefined,
): string {
  const charts = [bandChart(kind, model, trainedUntilSeconds, actual)];
  if (isProphetModel(model))
    charts.push(trendChart(model, describeProphet(model)), ...seasonalityCharts(model));
  return pageOf(title, [factsHtml(facts), ...charts.map(chartHtml)].join('\n'), readChartLibrary());
}
