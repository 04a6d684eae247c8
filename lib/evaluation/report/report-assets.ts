import type { ReportAssets } from './report-html.ts';

/** The files of a report's page, in order; those of uPlot are in its package, the others beside this file. */
const files = {
  chartScript: ['uPlot.iife.min.js'],
  chartStyle: ['uPlot.min.css'],
  pageScript: ['page.js'],
  pageStyle: ['theme.css', 'page.css', 'figures.css'],
} as const;

/** The texts of a report's page. @param read returns the text of a file, by its name. */
export function reportAssets(read: (file: string) => string): ReportAssets {
  const joined = (names: readonly string[]): string => names.map(read).join('\n');
  return {
    chartScript: joined(files.chartScript),
    chartStyle: joined(files.chartStyle),
    pageScript: joined(files.pageScript),
    pageStyle: joined(files.pageStyle),
  };
}
