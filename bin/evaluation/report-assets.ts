import { readFileSync } from 'node:fs';
import type { ReportAssets } from '../../lib/evaluation/report/report-html.ts';
import { readChartLibrary } from '../chart-library.ts';

/** The texts of the report's page and of its chart library, from where they are installed. */
export function readReportAssets(): ReportAssets {
  const folder = new URL('../../lib/evaluation/report/', import.meta.url);
  const read = (...files: string[]): string =>
    files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
  const { script, style } = readChartLibrary();
  return {
    chartScript: script,
    chartStyle: style,
    pageScript: read('series-chart.js', 'page.js'),
    pageStyle: read('theme.css', 'page.css', 'figures.css'),
  };
}
