import { describe, expect, it } from 'vitest';
import { noEstimate } from '../../lib/evaluation/estimate.ts';
import { labelledSentence } from '../../lib/evaluation/labelled-sentence.ts';
import type { MetricEvaluation } from '../../lib/evaluation/metric-evaluation.ts';

type Figures = Pick<MetricEvaluation, 'card' | 'labelled'>;

const labelled: NonNullable<MetricEvaluation['labelled']> = {
  incidents: 8,
  recall: { value: 0.75, low: 0.4, high: 0.95, units: 8 },
  precision: { value: 0.5, low: 0.3, high: 0.7, units: 12 },
  delaySeconds: { value: 120, low: 60, high: 300, units: 6 },
  points: { precision: 0.5, recall: 0.5, f1: 0.5 },
  delayF1: { f1: 0.6, precision: 0.5, recall: 0.75, threshold: 4 },
};
const sentence = (kind: 'whole-history' | 'judged-alerts', changed: Partial<typeof labelled> = {}) => {
  const card = { labels: { kind, incidents: 8, falseAlarms: 0 } } as Figures['card'];
  return labelledSentence({ card, labelled: { ...labelled, ...changed } });
};

describe('labelledSentence', () => {
  it('says how many incidents were found, how soon, and how many alerts were about one', () => {
    expect(sentence('whole-history')).toBe(
      '6 of 8 labelled incidents were found: 75% (40% to 95%), half of those within 2 min; 50% (30% to 70%) of the alerts belong to one.',
    );
  });

  it('gives no percentage of a few', () => {
    const recall = { value: 1, low: 0, high: 1, units: 1 };
    expect(sentence('whole-history', { incidents: 1, recall })).toBe(
      '1 of 1 labelled incident was found, within 2 min; 50% (30% to 70%) of the alerts belong to one.',
    );
    const none = {
      incidents: 2,
      recall: { ...recall, value: 0 },
      delaySeconds: noEstimate,
      precision: noEstimate,
    };
    expect(sentence('whole-history', none)).toBe('0 of 2 labelled incidents were found.');
  });

  it('warns that only what was alerted could be confirmed', () => {
    expect(sentence('judged-alerts')).toMatch(/^6 of 8 confirmed incidents .* too high\.$/);
    expect(sentence('judged-alerts', { incidents: 0 })).toMatch(
      /^The judged part of the history has no confirmed incident/,
    );
  });

  it('says nothing where nobody labelled', () => {
    expect(labelledSentence({ card: {} as Figures['card'], labelled: undefined })).toBeUndefined();
  });
});
