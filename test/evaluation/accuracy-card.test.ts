import { describe, expect, it } from 'vitest';
import {
  accuracyCard,
  type CardFigures,
  durationText,
  figure,
  percent,
  soonText,
} from '../../lib/evaluation/accuracy-card.ts';
import type { Estimate } from '../../lib/evaluation/estimate.ts';
import { noEstimate } from '../../lib/evaluation/estimate.ts';

const estimate = (value: number, low = value, high = value): Estimate => ({ value, low, high, units: 10 });

const figures: CardFigures = {
  metric: 'requests',
  series: 2,
  seriesWeeks: 6,
  budgetPerWeek: 1,
  labels: undefined,
  metrics: {
    recall: estimate(0.82, 0.7, 0.9),
    recallByChance: estimate(0.02),
    quietOverGaps: estimate(1, 0.9, 1),
    delaySeconds: estimate(420),
    falseAlertsPerWeek: estimate(0.5, 0.2, 1.1),
    precision: estimate(0.62, 0.4, 0.8),
    f1: estimate(0.7),
    points: { precision: estimate(0.9), recall: estimate(0.4), f1: estimate(0.55) },
    coverage: estimate(0.94),
    pinball: estimate(0.2),
    intervalScore: estimate(5),
    nab: estimate(80),
  },
  table: [
    {
      fault: 'spike',
      title: 'spike',
      expects: 'alert',
      cells: [
        {
          sizeLabel: '20 × noise',
          injected: 10,
          succeeded: 10,
          share: estimate(1, 0.7, 1),
          delaySeconds: estimate(0),
        },
      ],
    },
    {
      fault: 'ramp',
      title: 'ramp',
      expects: 'alert',
      cells: [
        {
          sizeLabel: '20 × noise',
          injected: 10,
          succeeded: 3,
          share: estimate(0.3),
          delaySeconds: noEstimate,
        },
      ],
    },
  ],
};

describe('accuracyCard', () => {
  it('answers in one sentence, and says what is found, what is missed, and how sure it is', () => {
    const { headline, sentences } = accuracyCard(figures);
    expect(headline).toBe(
      '82% of the injected faults were found, half of those within 7 min, at 0.5 false alerts per series and week: within the budget of 1.',
    );
    const text = sentences.join('\n');
    expect(text).toContain('0.5 (0.2 to 1.1) per series and week, where 1 was accepted');
    expect(text).toContain('upper bound');
    expect(text).toContain('Reliably found when large: spike (20 × noise: 100%).');
    expect(text).toContain('Mostly missed even when large: ramp (20 × noise: 30%).');
    expect(text).toContain('62% (40% to 80%) of the alerts would be real');
    expect(text).not.toContain('That is little');
  });

  it('warns of a short history, and calls a broken promise one', () => {
    const noisy = { ...figures.metrics, falseAlertsPerWeek: estimate(3) };
    const card = accuracyCard({
      ...figures,
      seriesWeeks: 2,
      metrics: noisy,
      labels: { kind: 'whole-history', incidents: 3, falseAlarms: 0 },
    });
    expect(card.headline).toContain('above the budget of 1');
    expect(card.sentences[0]).toContain('That is little');
    expect(card.sentences.join(' ')).not.toContain('upper bound');
    expect(card.sentences.join(' ')).toContain('name 3 incidents; every other alert is false');
  });

  it('names no kind by itself when every kind is found', () => {
    const table = figures.table.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => ({ ...cell, share: estimate(0.9) })),
    }));
    const { sentences } = accuracyCard({ ...figures, table });
    expect(sentences).toContain(
      'Every kind of fault is reliably found when large, in 90% of the cases or more.',
    );
  });

  it('says how many labels it rests on when people judged some of the alerts', () => {
    const judged = { kind: 'judged-alerts', incidents: 3, falseAlarms: 1 } as const;
    expect(accuracyCard({ ...figures, labels: judged }).sentences).toContain(
      'People judged 4 alerts of this history: 3 confirmed, 1 false alarm. An alert without feedback counts as false, so the rate of false alerts is an upper bound.',
    );
  });
});

describe('figures for people', () => {
  it('never round a share up to certainty or down to nothing', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0%', '< 1%', '50%', '> 99%', '100%']);
  });

  it('have two digits and a unit that fits', () => {
    expect([0.0123, 1.25, 9.96, 123.4].map(figure)).toEqual(['0.012', '1.3', '10', '123']);
    expect([45, 420, 9000, 3 * 86_400].map(durationText)).toEqual(['45 s', '7 min', '2.5 h', '3 d']);
    expect(soonText(0)).toBe('at the first sample');
  });
});
