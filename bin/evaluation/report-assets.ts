import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReportAssets } from '../../lib/evaluation/report/report-html.ts';

/** The texts of the report's page and of its chart library, from where they are installed. */
export function readReportAssets(): ReportAssets {
  const read = (url: string): string => readFileSync(fileURLToPath(url), 'utf8');
  const page = new URL('../../lib/evaluation/report/', import.meta.url);
  return {
    chartScript: read(import.meta.resolve('uplot/dist/uPlot.iife.min.js')),
    chartStyle: read(import.meta.resolve('uplot/dist/uPlot.min.css')),
    pageScript: read(new URL('page.js', page).href),
    pageStyle: read(new URL('page.css', page).href),
  };
}
