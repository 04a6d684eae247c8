import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCorpus } from './corpus.ts';
import { folderWith, labelledCsv, nabCsv, spikedSeries, stampOf } from './generated-corpus.ts';
import { measureQuality } from './measure-quality.ts';
import { qualityTables } from './table.ts';

const nabSeries = spikedSeries(2016, 1500, 5);
const folder = folderWith({
  'nab/windows.json': JSON.stringify({
    'made/spike.csv': [[stampOf(nabSeries[1490]!.timeSeconds), stampOf(nabSeries[1530]!.timeSeconds)]],
    'quiet/none.csv': [],
  }),
  'nab/made/spike.csv': nabCsv(nabSeries),
  'nab/quiet/none.csv': nabCsv(spikedSeries(1000, 5000, 6)),
  'kpi/a.csv.gz': labelledCsv(spikedSeries(2016, 1500, 7)),
  'kpi/b.csv.gz': labelledCsv(spikedSeries(1700, 900, 8)),
  'half/protocol.json': '{ "warmUpFraction": 0.5 }',
  'half/c.csv.gz': labelledCsv(spikedSeries(1000, 400, 9)),
});
const corpus = openCorpus(folder);
const options = { detectorName: 'ewma-chart', cacheFolder: undefined, workers: 1 } as const;

describe('measureQuality', () => {
  it('reports the whole protocol, the same for any number of workers', async () => {
    const one = await measureQuality(corpus, options);
    const two = await measureQuality(corpus, { ...options, workers: 2 });
    expect({ ...two.report, seconds: 0 }).toEqual({ ...one.report, seconds: 0 });

    const { nab, sets } = one.report;
    expect(nab?.nominal).toMatchObject({ hits: 1, windows: 1 });
    expect(nab?.best.standard).toBeGreaterThanOrEqual(nab?.nominal.standard ?? Infinity);
    expect(Object.keys(nab?.categories ?? {})).toEqual(['made', 'quiet']);
    const weeks = (2015 + 1699 - 2 * 576) / 2016;
    expect(sets.kpi).toMatchObject({ series: 2, seriesWeeks: expect.closeTo(weeks, 9), incidents: 2 });
    expect(sets.kpi?.budgets['1']?.recall).toBe(1);
    expect(sets.kpi?.budgets['0.2']?.medianDelayPoints).toBeLessThan(10);
    // Its only incident lies in the first half.
    expect(sets.half).toMatchObject({ series: 1, incidents: 0, delayF1: 0 });
    expect(sets.half?.budgets['1']?.recall).toBeNull();
    for (const text of ['NAB', 'made', 'kpi', 'ewma-chart']) expect(qualityTables(one)).toContain(text);
  });

  it('takes the fits of an earlier run from the cache, and gives the same report', async () => {
    const cacheFolder = mkdtempSync(join(tmpdir(), 'tidemark-fits-'));
    const kpi = openCorpus(folder, { sets: ['kpi'] });
    const fresh = await measureQuality(kpi, { ...options, cacheFolder });
    const cached = await measureQuality(kpi, { ...options, cacheFolder });
    expect(fresh.costs.fits).toBeGreaterThan(0);
    expect(cached.costs.fits).toBe(0);
    expect(cached.report.sets).toEqual(fresh.report.sets);

    for (const name of readdirSync(cacheFolder)) writeFileSync(join(cacheFolder, name), 'damaged');
    const mended = await measureQuality(kpi, { ...options, cacheFolder });
    expect(mended.costs.fits).toBe(fresh.costs.fits);
    expect(mended.report.sets).toEqual(fresh.report.sets);
  });

  it('fails with file and line when a series is malformed', async () => {
    const broken = openCorpus(folderWith({ 'kpi/bad.csv.gz': 'timestamp,value,label\n60,1,0\n120,x,0\n' }));
    await expect(measureQuality(broken, options)).rejects.toThrow(/bad\.csv\.gz:3: "x" is not a value/);
  });
});
