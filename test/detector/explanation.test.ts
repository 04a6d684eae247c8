import { describe, expect, it } from 'vitest';
import { explain, explainRecovery } from '../../lib/detector/explanation.ts';
import type { Evidence } from '../../lib/detector/score.ts';
import type { Verdict } from '../../lib/detector/verdict.ts';

const DAY = 86_400;
const evidence: Evidence = {
  channel: 'level',
  surprise: 4.6,
  comparablePoints: 4,
  historyPoints: 20_000,
  direction: 1,
  observed: 54.12,
  usual: 41,
  deviation: 13.12,
  level: 41,
  spread: 2.1,
  hasTimeOfDay: false,
  points: 10,
  ageSeconds: 30 * DAY,
};

function sentence(changes: Partial<Evidence>, { stepSeconds = 60, confidence = 1 } = {}): string {
  const verdict: Verdict = {
    timeSeconds: 1_700_000_000,
    value: 93.1,
    kind: 'anomaly',
    anomalous: true,
    score: 0.4,
    confidence,
    band: { expected: 41.2, lower: 35, upper: 48.25 },
    channel: changes.channel ?? evidence.channel,
    evidence: { ...evidence, ...changes },
  };
  return explain(verdict, stepSeconds);
}

describe('the explanation', () => {
  it.each<[string, Partial<Evidence>, string]>([
    [
      'a shifted level',
      {},
      'The mean of the last 10 minutes is 32% above the level of 14 days (54.12 instead of 41): this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a level shifted for its time of day',
      { observed: 20.5, direction: -1, hasTimeOfDay: true },
      'The mean of the last 10 minutes is 50% below the level of 14 days (20.5 instead of 41, time of day taken into account): this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a level of nearly nothing, of which a percentage says nothing',
      { observed: 3, usual: 0.001 },
      'The mean of the last 10 minutes is 3, above the level of 14 days, 0.001: this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a jump',
      { channel: 'fast', observed: 93.1, usual: 41.234, surprise: 3.1 },
      'The value jumped to 93.1, expected about 41.23: this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a drop',
      { channel: 'fast', observed: 3.1, direction: -1, surprise: 3.1 },
      'The value dropped to 3.1, expected about 41: this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a deviation',
      { channel: 'deviation', observed: 61.999, hasTimeOfDay: true },
      'The value 62 is far above the usual 41 for this time of day (10 times the usual spread): this happens in about 1 of 4,000 minutes.',
    ],
    [
      'a record',
      { channel: 'range', observed: 93.1, usual: 71 },
      'The value 93.1 is the highest for 3 weeks (before: 71): fewer than 1 of 20,000 minutes is as high.',
    ],
    [
      'a record of a younger series',
      { channel: 'range', observed: 1, usual: 2, direction: -1, ageSeconds: 5 * DAY },
      'The value 1 is the lowest since the series began 5 days ago (before: 2): fewer than 1 of 20,000 minutes is as low.',
    ],
    [
      'a stuck value',
      { channel: 'flat', observed: 41, points: 120, direction: 0 },
      'The value has been stuck at 41 for 2 hours (120 points): this happens in about 1 of 4,000 minutes.',
    ],
  ])('explains %s with its numbers', (_, changes, expected) => {
    expect(sentence(changes)).toBe(expected);
  });

  it.each([
    [1, '1 of 4,000 seconds'],
    [10, '1 of 4,000 10-second steps'],
    [300, '1 of 4,000 5-minute steps'],
    [3600, '1 of 4,000 hours'],
    [6 * 3600, '1 of 4,000 6-hour steps'],
  ])('counts rarity in steps of %i seconds', (stepSeconds, expected) => {
    expect(sentence({}, { stepSeconds })).toContain(expected);
  });

  it('says what was counted in the series, this time included, whatever a fitted tail claims', () => {
    const often = (comparablePoints: number) => sentence({ comparablePoints, surprise: 12 });
    expect(often(13)).toMatch(/: this happens in about 1 of 1,400 minutes\.$/);
    expect(often(0.25)).toMatch(/: this happens in about 1 of 16,000 minutes\.$/);
  });

  it('says so when nothing comparable was counted, and claims no more than the history can show', () => {
    expect(sentence({ comparablePoints: 0.01, surprise: 12 })).toMatch(
      /: nothing comparable happened in the last 14 days \(fewer than 1 of 20,000 minutes\)\.$/,
    );
  });

  it('says what a detector expects that counts nothing', () => {
    const uncounted = { comparablePoints: undefined, historyPoints: undefined };
    expect(sentence(uncounted)).toMatch(/: this is expected in 1 of 40,000 minutes\.$/);
    expect(sentence({ ...uncounted, surprise: 60 })).toMatch(
      /: this is expected in fewer than 1 of 1,000,000 minutes\.$/,
    );
  });

  it('names the jump where it decided', () => {
    expect(sentence({ decisiveJump: 8.24 })).toContain(
      '(54.12 instead of 41), after a jump of 8.2 times the usual size: this happens',
    );
  });

  it('admits little history on the first two days, and calls the level by its age', () => {
    const young = sentence({ ageSeconds: 15 * 3600 }, { confidence: 0.3125 });
    expect(young).toContain('above the level of 15 hours');
    expect(young).toMatch(/minutes\. Little history yet: 15 hours \(confidence 0\.31\)\.$/);
    expect(sentence({})).not.toContain('history');
  });

  it("says that a new series is judged by the metric's other series", () => {
    const borrowed = { isOfSiblings: true, ageSeconds: 7200 } as const;
    const young = sentence({ ...borrowed, channel: 'fast' }, { confidence: 0.04 });
    expect(young).toMatch(
      /Little history yet: 2 hours, judged by the metric's other series \(confidence 0\.04\)\.$/,
    );
    expect(sentence({ ...borrowed, channel: 'range', observed: 60, usual: 55 })).toMatch(
      /^The value 60 is above the highest expected of this series \(55\): /,
    );
  });

  it('writes values so that nobody has to count zeros', () => {
    const values = [123_456, 0.000_000_012_3, 4.2e15, 0].map((observed) =>
      sentence({ channel: 'fast', observed }),
    );
    expect(values[0]).toContain('jumped to 123,500,');
    expect(values[1]).toContain('jumped to 1.230e-8,');
    expect(values[2]).toContain('jumped to 4.200e+15,');
    expect(values[3]).toContain('jumped to 0,');
  });

  it('explains the end of an incident: since when, what is normal now, how long it lasted', () => {
    const verdict: Verdict = {
      timeSeconds: 10_000,
      value: 41.5,
      kind: 'normal',
      anomalous: false,
      score: -3,
      confidence: 1,
      band: { expected: 41.2, lower: 35, upper: 48.25 },
      channel: 'fast',
      evidence,
    };
    expect(explainRecovery(verdict, { onsetSeconds: 340, lastNearSeconds: 8140 }, 60)).toBe(
      'Back to normal for 31 minutes: the value is 41.5, expected between 35 and 48.25. The incident lasted 2 hours.',
    );
  });
});
