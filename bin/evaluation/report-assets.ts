import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReportAssets } from '../../lib/evaluation/report/report-html.ts';

/** The texts of the report's page and of its chart library, from where they are installed. */
export function readReportAssets(): ReportAssets {
  const read = (place: string): string => readFileSync(fileURLToPath(import.meta.resolve(place)), 'utf8');
  return {
    chartScript: read('uplot/dist/uPlot.iife.min.js'),
    chartStyle: read('uplot/dist/uPlot.min.css'),
    pageScript: read('../../lib/evaluation/report/page.js'),
    pageStyle: read('../../lib/evaluation/report/page.css'),
  };
}
