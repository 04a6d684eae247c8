import { readFileSync } from 'node:fs';
import { reportAssets } from '../../lib/evaluation/report/report-assets.ts';
import type { ReportAssets } from '../../lib/evaluation/report/report-html.ts';

const folder = new URL('../../lib/evaluation/report/', import.meta.url);

/** The texts of the report's page and of its chart library, from where they are installed. */
export function readReportAssets(): ReportAssets {
  return reportAssets((file) => {
    const isLibrary = file.startsWith('uPlot.');
    const url = isLibrary ? import.meta.resolve(`uplot/dist/${file}`) : new URL(file, folder);
    return readFileSync(new URL(url), 'utf8');
  });
}
