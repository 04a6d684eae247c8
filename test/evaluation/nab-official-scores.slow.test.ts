import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nabProfiles, nabScore } from '../../lib/evaluation/nab-score.ts';
import { bestNabThreshold } from '../../lib/evaluation/nab-threshold.ts';
import { openCorpus, readSeries, windowsOf } from '../bench/quality/corpus.ts';
import { corpusAbsent, corpusFolder } from '../corpus.ts';

interface OfficialScore {
  readonly threshold: number;
  readonly score: number;
}

/** The names of the profiles in the benchmark's published results. */
const officialNames = {
  standard: 'standard',
  lowFalsePositive: 'reward_low_FP_rate',
  lowFalseNegative: 'reward_low_FN_rate',
} as const;

/** A published detector's scores of every file of the corpus, with the file's windows. */
function publishedCorpus(folder: string, detector: string) {
  return openCorpus(folder, { sets: ['nab'] }).nab.map((file) => {
    const path = join(folder, 'nab-results', detector, `${file.name.slice('nab/'.length)}.gz`);
    const scores = readSeries({ name: file.name, path, sizeBytes: 0 }, 'anomaly_score').values;
    return { scores, windows: windowsOf(file, readSeries(file)) };
  });
}

describe.each(['numentaTM', 'windowedGaussian'])('the published scores of %s', (detector) => {
  it('are what nabScore gives, to 0.01, in every profile', (test) => {
    const folder = corpusFolder();
    if (folder === undefined) return test.skip(corpusAbsent);
    const expected: Record<string, Record<string, OfficialScore>> = JSON.parse(
      readFileSync(join(folder, 'nab-results', 'expected.json'), 'utf8'),
    );
    const corpus = publishedCorpus(folder, detector);
    for (const [name, profile] of Object.entries(nabProfiles)) {
      const official = expected[detector]![officialNames[name as keyof typeof nabProfiles]]!;
      expect(Math.abs(nabScore(corpus, official.threshold, profile).score - official.score)).toBeLessThan(
        0.01,
      );
      // Its thresholds were chosen on more categories than these, so ours is at least as good here.
      expect(bestNabThreshold(corpus, profile).score).toBeGreaterThanOrEqual(official.score - 1e-9);
    }
  });
});
