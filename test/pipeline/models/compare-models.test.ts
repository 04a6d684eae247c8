import { beforeAll, describe, expect, it } from 'vitest';
import type { FittedModel, ModelSet, TrainedSeries } from '../../../lib/models/model-set.ts';
import { compareModels } from '../../../lib/pipeline/models/compare-models.ts';
import { judgeQuality } from '../../../lib/series/quality.ts';
import { fittedModel } from '../../models/trained-models.ts';
import { syntheticSeries } from '../../prophet/synthetic.ts';

const quality = judgeQuality(syntheticSeries({ days: 4 }), 300);
const scores = (error: number) => ({
  samples: 288,
  coverage: 0.95,
  intervalScore: 5,
  error,
  falseAlertsPerWeek: 7,
});
const series = (key: string, fitted: FittedModel | undefined, error = 1): TrainedSeries => ({
  key,
  labels: { key },
  quality,
  decision: { outcome: 'promoted', reasons: [`error ${error}`], candidate: scores(error) },
  fitted,
});
const set = (version: string, all: readonly TrainedSeries[], changes: Partial<ModelSet> = {}): ModelSet => ({
  metric: 'cpu_usage',
  version,
  trainedAtSeconds: 1_772_420_400,
  configurationHash: 'aaaa',
  window: { startSeconds: 1_771_210_800, endSeconds: 1_772_420_400 },
  libraries: { tidemark: '0.1.0' },
  isSimulated: false,
  series: all,
  ...changes,
});

describe('a comparison of two versions', () => {
  let prophet: FittedModel;
  let other: FittedModel;
  let naive: FittedModel;
  beforeAll(async () => {
    prophet = await fittedModel('prophet', 1);
    other = await fittedModel('prophet', 2);
    naive = await fittedModel('seasonal-naive');
  });

  it('reports the change of every series, in the order of their keys', () => {
    const before = set('one', [series('c', prophet), series('a', prophet), series('gone', naive)]);
    const after = set('two', [
      series('a', other),
      series('b', naive),
      series('c', { ...prophet, carriedFrom: 'one' }),
    ]);
    const { series: changes, version } = compareModels(before, after);
    expect(version).toEqual({ before: 'one', after: 'two' });
    expect(changes.map(({ key, change }) => [key, change])).toEqual([
      ['a', 'refitted'],
      ['b', 'added'],
      ['c', 'same'],
      ['gone', 'removed'],
    ]);
  });

  it('holds figures against each other: scores, amplitudes, band width, and how far apart the models are', () => {
    const [change] = compareModels(
      set('one', [series('a', prophet, 2)]),
      set('two', [series('a', other, 1)]),
    ).series;
    expect(change?.scores.before?.error).toBe(2);
    expect(change?.scores.after?.error).toBe(1);
    expect(change?.reasons).toEqual(['error 1']);
    expect(change?.amplitudes.daily?.before).toBeGreaterThan(9);
    expect(change?.amplitudes.daily?.after).toBeGreaterThan(9);
    expect(change?.bandWidth.before).toBeGreaterThan(0);
    expect(change?.distance).toBeGreaterThan(0);
    const [same] = compareModels(
      set('one', [series('a', prophet)]),
      set('two', [series('a', prophet)]),
    ).series;
    expect(same?.distance).toBe(0);
  });

  it('has no figures of a model that is not there, or of rhythms that a kind does not name', () => {
    const [lost] = compareModels(
      set('one', [series('a', naive)]),
      set('two', [series('a', undefined)]),
    ).series;
    expect(lost).toMatchObject({
      change: 'refitted',
      kind: { before: 'seasonal-naive', after: undefined },
      amplitudes: {},
      distance: undefined,
    });
    expect(lost?.bandWidth.after).toBeUndefined();
  });

  it('compares settings, history and libraries', () => {
    const changed = {
      configurationHash: 'bbbb',
      libraries: { tidemark: '0.2.0', '@bsull/augurs': '0.10.2' },
    };
    const comparison = compareModels(set('one', []), set('two', [], changed));
    expect(comparison.configurationHash).toEqual({ before: 'aaaa', after: 'bbbb' });
    expect(comparison.libraries).toEqual({
      tidemark: { before: '0.1.0', after: '0.2.0' },
      '@bsull/augurs': { before: undefined, after: '0.10.2' },
    });
  });
});
