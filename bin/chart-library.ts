import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChartLibrary } from '../lib/evaluation/report/page.ts';

/** The texts of the chart library and of the script that uses it, from where it is installed: a page that holds them needs no network. */
export function readChartLibrary(): ChartLibrary {
  const read = (url: string): string => readFileSync(fileURLToPath(url), 'utf8');
  return {
    script: read(import.meta.resolve('uplot/dist/uPlot.iife.min.js')),
    style: read(import.meta.resolve('uplot/dist/uPlot.min.css')),
    pageScript: read(import.meta.resolve('../lib/evaluation/report/model-page.js')),
  };
}
