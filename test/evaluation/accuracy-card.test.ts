import { describe, expect, it } from 'vitest';
import {
  accuracyCard,
  type CardFigures,
  durationText,
  figure,
  percent,
  soonText,
  withInterval,
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

describe('the sentences of a card', () => {
  const cardOf = (changes: Partial<CardFigures>, metrics: Partial<CardFigures['metrics']> = {}) =>
    accuracyCard({ ...figures, ...changes, metrics: { ...figures.metrics, ...metrics } });
  const cell = (share: number | null, injected = 10, sizeLabel = 'large') => ({
    sizeLabel,
    injected,
    succeeded: 0,
    share: share === null ? noEstimate : estimate(share),
    delaySeconds: noEstimate,
  });
  const row = (
    title: string,
    cells: readonly ReturnType<typeof cell>[],
    expects: 'alert' | 'silence' = 'alert',
  ) => ({ fault: 'spike', title, expects, cells }) as const;
  const kinds = (...rows: ReturnType<typeof row>[]) =>
    cardOf({ table: rows }).sentences.filter((sentence) => /when large|Every kind/.test(sentence));

  it('are these, in this order', () => {
    expect(accuracyCard(figures).sentences).toEqual([
      'Measured on 2 series, 6 weeks of series in all.',
      'False alerts: 0.5 (0.2 to 1.1) per series and week, where 1 was accepted.',
      'This history has no labels: every alert counts as false, so the rate of false alerts is an upper bound.',
      'Reliably found when large: spike (20 × noise: 100%).',
      'Mostly missed even when large: ramp (20 × noise: 30%).',
      'In 2% of the same places there was an alert without a fault: that share is chance.',
      'If one incident a week happened, 62% (40% to 80%) of the alerts would be real.',
      'Gaps in the data raised no alert in 100% (90% to 100%) of the cases.',
      "The models' bands held 94% (94% to 94%) of the samples after their training.",
    ]);
  });

  it('leave out the figures that are not known', () => {
    const unknown = {
      recallByChance: noEstimate,
      precision: noEstimate,
      quietOverGaps: noEstimate,
      coverage: noEstimate,
    };
    expect(cardOf({ table: [] }, unknown).sentences).toHaveLength(3);
    expect(cardOf({}, { falseAlertsPerWeek: noEstimate }).sentences[1]).toBe(
      'False alerts: unknown per series and week, where 1 was accepted.',
    );
    expect(cardOf({ budgetPerWeek: 2 }).sentences[1]).toContain('where 2 were accepted.');
  });

  it('warn of fewer than four weeks', () => {
    const first = (seriesWeeks: number) => cardOf({ seriesWeeks }).sentences[0];
    expect(first(4)).toBe('Measured on 2 series, 4 weeks of series in all.');
    expect(first(3.9)).toBe(
      'Measured on 2 series, 3.9 weeks of series in all. That is little: rely on the intervals, not the figures.',
    );
  });

  it('begin with a headline that says how little is known', () => {
    expect(cardOf({}, { falseAlertsPerWeek: noEstimate }).headline).toBe(
      'There is too little history after the warm-up for any figures.',
    );
    expect(cardOf({}, { falseAlertsPerWeek: noEstimate, recall: noEstimate }).headline).toContain(
      'too little history',
    );
    expect(cardOf({}, { recall: noEstimate }).headline).toBe(
      'No fault could be injected; expect about 0.5 false alerts per series and week.',
    );
    expect(cardOf({}, { delaySeconds: noEstimate, falseAlertsPerWeek: estimate(1) }).headline).toBe(
      '82% of the injected faults were found, at 1 false alert per series and week: within the budget of 1.',
    );
  });

  it('judge a kind by the largest size that was injected', () => {
    expect(kinds(row('dip', [cell(1, 10, 'small'), cell(0.9, 10, 'medium'), cell(null, 0)]))).toEqual([
      'Reliably found when large: dip (medium: 90%).',
    ]);
    expect(kinds(row('dip', [cell(null, 0), cell(null, 0)]), row('ramp', [cell(null)]))).toEqual([]);
  });

  it('name several kinds, and neither those in between nor those that must not alert', () => {
    expect(
      kinds(
        row('dip', [cell(0.9)]),
        row('spike', [cell(0.95)]),
        row('ramp', [cell(0.49)]),
        row('shift', [cell(0.1)]),
        row('outage', [cell(0.5)]),
        row('burst', [cell(0.89)]),
        row('gap', [cell(1)], 'silence'),
      ),
    ).toEqual([
      'Reliably found when large: dip (large: 90%), spike (large: 95%).',
      'Mostly missed even when large: ramp (large: 49%), shift (large: 10%).',
    ]);
  });

  it('say that every kind is found only of two kinds or more, gaps aside', () => {
    const gap = row('gap', [cell(0)], 'silence');
    expect(kinds(row('dip', [cell(1)]), row('ramp', [cell(1)]), gap)).toEqual([
      'Every kind of fault is reliably found when large, in 90% of the cases or more.',
    ]);
    expect(kinds(row('dip', [cell(1)]), gap)).toEqual(['Reliably found when large: dip (large: 100%).']);
    expect(kinds(row('dip', [cell(1)]), row('ramp', [cell(1)]), row('shift', [cell(0.7)]))).toEqual([
      'Reliably found when large: dip (large: 100%), ramp (large: 100%).',
    ]);
  });
});

describe('figures for people', () => {
  it('come with their interval where it is known', () => {
    const text = (low: number | null, high: number | null) =>
      withInterval({ value: 0.9, low, high, units: 3 }, figure);
    expect([text(0.4, 1.5), text(null, 1.5), text(0.4, null)]).toEqual(['0.9 (0.4 to 1.5)', '0.9', '0.9']);
    expect(withInterval(noEstimate, figure)).toBe('unknown');
  });

  it('change their unit at a minute, an hour and two days', () => {
    expect([59, 60, 3599, 3600, 2 * 86_400 - 3600, 2 * 86_400].map(durationText)).toEqual([
      '59 s',
      '1 min',
      '60 min',
      '1 h',
      '47 h',
      '2 d',
    ]);
    expect([9.94, 10, 10.4, -10.4].map(figure)).toEqual(['9.9', '10', '10', '-10']);
    expect(soonText(420)).toBe('within 7 min');
  });

  it('never round a share up to certainty or down to nothing', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0%', '< 1%', '50%', '> 99%', '100%']);
  });

  it('have two digits and a unit that fits', () => {
    expect([0.0123, 1.25, 9.96, 123.4].map(figure)).toEqual(['0.012', '1.3', '10', '123']);
    expect([45, 420, 9000, 3 * 86_400].map(durationText)).toEqual(['45 s', '7 min', '2.5 h', '3 d']);
    expect(soonText(0)).toBe('at the first sample');
  });
});
