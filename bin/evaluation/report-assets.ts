import { readFileSync } from 'node:fs';
import { reportAssets } from '../../lib/evaluation/report/report-assets.ts';
import type { ReportAssets } from '../../lib/evaluation/report/report-html.ts';

const folder = new URL('../../lib/evaluation/report/', import.meta.url);

/** Reads the files of the report page and the installed chart library. */
export function readReportAssets(): ReportAssets {
  return reportAssets((file) => {
    const isLibrary = file.startsWith('uPlot.');
    const url = isLibrary ? import.meta.resolve(`uplot/dist/${file}`) : new URL(file, folder);
    return readFileSync(new URL(url), 'utf8');
  });
}
