import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, labelledCsv, nabCsv, spikedSeries, stampOf } from './quality/generated-corpus.ts';

const series = spikedSeries(1200, 900, 5);
const windows = { 'made/a.csv': [[stampOf(series[890]!.timeSeconds), stampOf(series[930]!.timeSeconds)]] };

function quality(corpus: string, ...options: string[]) {
  return spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'quality.ts'),
      '--corpus',
      corpus,
      ...options,
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, TIDEMARK_CACHE: mkdtempSync(join(tmpdir(), 'tidemark-cache-')) },
    },
  );
}

describe('npm run quality', () => {
  it('prints one JSON object of the agreed shape with --json, and nothing else', () => {
    const corpus = folderWith({
      'nab/windows.json': JSON.stringify(windows),
      'nab/made/a.csv': nabCsv(series),
      'kpi/a.csv.gz': labelledCsv(series),
    });
    const { stdout, stderr, status } = quality(corpus, '--json', '--detector', 'ewma-chart');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const number: unknown = expect.any(Number);
    const figures = {
      standard: number,
      lowFalsePositive: number,
      lowFalseNegative: number,
      hits: number,
      windows: 1,
      falseAlerts: number,
    };
    const budget = { falseAlertsPerSeriesWeek: number, recall: number, medianDelayPoints: number };
    expect(JSON.parse(stdout)).toEqual({
      detector: 'ewma-chart',
      nab: {
        nominal: figures,
        best: { ...figures, threshold: number },
        categories: { made: number },
      },
      sets: {
        kpi: {
          series: 1,
          seriesWeeks: number,
          incidents: 1,
          delayF1: number,
          budgets: { '1': budget, '0.2': budget },
        },
      },
      seconds: number,
    });
  });

  it('fails with the place and the remedy when the corpus is malformed', () => {
    const { stdout, stderr, status } = quality(folderWith({ 'kpi/a.csv.gz': 'time,value\n1,2\n' }));
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toMatch(/^\S+a\.csv\.gz:1: the header is "time,value"\. Begin the file with [^\n]+\n$/);
  });

  it('refuses a detector that is not registered, and names those that are', () => {
    const { stderr, status } = quality(folderWith({}), '--detector', 'oracle');
    expect(status).toBe(1);
    expect(stderr).toMatch(/oracle.*ewma-chart/);
  });
});
