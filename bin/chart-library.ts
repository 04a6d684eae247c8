import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ChartLibrary } from '../lib/evaluation/report/page.ts';

/** Reads the installed chart library and the page script, to embed them: the page needs no network. */
export function readChartLibrary(): ChartLibrary {
  const read = (url: string): string => readFileSync(fileURLToPath(url), 'utf8');
  return {
    script: read(import.meta.resolve('uplot/dist/uPlot.iife.min.js')),
    style: read(import.meta.resolve('uplot/dist/uPlot.min.css')),
    pageScript: read(import.meta.resolve('../lib/evaluation/report/model-page.js')),
  };
}
