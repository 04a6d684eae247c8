import { describe, expect, it } from 'vitest';
import { accuracyCard } from '../../lib/evaluation/accuracy-card.ts';
import { evaluationJson } from '../../lib/evaluation/evaluation-json.ts';
import { detectionMetrics } from '../../lib/evaluation/metrics.ts';
import { judgedSeries, outcomeOf } from './judged-series.ts';

const { evaluation } = judgedSeries(48, {
  labels: { instance: 'a' },
  firstRow: 24,
  noise: 2,
  alertRows: [3, 30],
  outcomes: [
    outcomeOf('spike', 30, 31, { isFound: true, delaySeconds: 3600, sizeIndex: 2 }),
    outcomeOf('gap', 40, 40, { isFoundByChance: true }),
  ],
});

function jsonOf(changes: { readonly bandLevel?: number; readonly firstRow?: number } = {}) {
  const { bandLevel = 0.99, firstRow = 24 } = changes;
  const series = [{ ...evaluation, firstRow }];
  const card = accuracyCard({
    metric: 'cpu',
    series: 1,
    seriesWeeks: 1,
    budgetPerWeek: 1,
    metrics: detectionMetrics([], 0.99, 1),
    table: [],
    labels: undefined,
  });
  return evaluationJson({ card, labelled: undefined, calibration: [], bandLevel, series });
}

describe('an evaluation as JSON', () => {
  it('has the card, and each series with its judged alerts and injections at their times', () => {
    expect(jsonOf()).toMatchObject({
      metric: 'cpu',
      headline: expect.stringContaining('too little history'),
      bandLevel: 0.99,
      labelled: null,
      calibration: [],
      perSeries: [
        {
          labels: { instance: 'a' },
          stepSeconds: 3600,
          samples: 48,
          judgedFrom: '1970-01-02T00:00:00.000Z',
          judgedTo: '1970-01-02T23:00:00.000Z',
          noise: 2,
          alerts: ['1970-01-02T06:00:00.000Z'],
          injections: [
            {
              kind: 'spike',
              size: '20 × noise',
              from: '1970-01-02T06:00:00.000Z',
              to: '1970-01-02T07:00:00.000Z',
              isFound: true,
              delaySeconds: 3600,
              isFoundByChance: false,
            },
            { kind: 'gap', size: '5 min', isFound: false, delaySeconds: null, isFoundByChance: true },
          ],
        },
      ],
    });
  });

  it('has null for a band level that is not known, and for the begin of a series that was not judged', () => {
    expect(jsonOf({ bandLevel: Number.NaN, firstRow: 48 })).toMatchObject({
      bandLevel: null,
      perSeries: [{ judgedFrom: null, alerts: [] }],
    });
  });

  it('is JSON: nothing of it is lost on the way', () => {
    expect(JSON.parse(JSON.stringify(jsonOf()))).toEqual(jsonOf());
  });
});
