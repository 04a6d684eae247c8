import { describe, expect, it } from 'vitest';
import {
  distanceWithin,
  isWorseThanNaive,
  objectionsToFirst,
  objectionsToReplacing,
} from '../../lib/evaluation/promotion-gate.ts';

const terms = {
  coverageMargin: 0.02,
  errorMargin: 0.05,
  falseAlertsMargin: 0.25,
  level: 0.95,
  negligible: 1e-9,
};
const scores = (coverage: number, intervalScore: number, error: number) => ({
  samples: 288,
  coverage,
  intervalScore,
  error,
});

describe('the promotion gate', () => {
  it('accepts candidates no worse than the margins allow', () => {
    expect(objectionsToReplacing(scores(0.931, 10.4, 1.04), scores(0.95, 10, 1), terms)).toEqual([]);
  });

  it.each([
    ['coverage', scores(0.929, 10, 1), /holds 92\.9%.*champion's 95\.0%/],
    ['interval score', scores(0.95, 10.6, 1), /interval score is 10\.6, the champion's 10/],
    ['error', scores(0.95, 10, 1.06), /error is 1\.06, the champion's 1/],
  ])('objects to a worse %s, with the numbers', (_, candidate, sentence) => {
    const objections = objectionsToReplacing(candidate, scores(0.95, 10, 1), terms);
    expect(objections).toHaveLength(1);
    expect(objections[0]).toMatch(sentence);
  });

  it('accepts a candidate exactly at the margins', () => {
    const exact = { ...terms, coverageMargin: 0.25, errorMargin: 0.5, negligible: 0 };
    expect(objectionsToReplacing(scores(0.5, 15, 1.5), scores(0.75, 10, 1), exact)).toEqual([]);
  });

  it('asks less coverage of a first model than half when its band promises less', () => {
    const first = (coverage: number, level: number) =>
      objectionsToFirst(scores(coverage, 1, 1), level).length;
    expect([first(0.3, 0.3), first(0.29, 0.3), first(0.5, 0.9), first(0.49, 0.9)]).toEqual([0, 1, 0, 1]);
  });

  it('does not hold it against a candidate that the champion holds more than its band promises', () => {
    expect(objectionsToReplacing(scores(0.94, 9, 1), scores(1, 10, 1), terms)).toEqual([]);
  });

  it('takes rounding for nothing where the champion is exact', () => {
    expect(objectionsToReplacing(scores(1, 2e-10, 1e-10), scores(1, 0, 0), terms)).toEqual([]);
    expect(objectionsToReplacing(scores(1, 1e-3, 1e-3), scores(1, 0, 0), terms)).toHaveLength(2);
  });

  it('objects to more alerts a week than the margin allows, and only where both were watched', () => {
    const alerting = (falseAlertsPerWeek: number | undefined) => ({
      ...scores(0.95, 10, 1),
      falseAlertsPerWeek,
    });
    expect(objectionsToReplacing(alerting(7), alerting(0), terms)).toEqual([
      'it raises 7 alerts a week, the champion 0',
    ]);
    expect(objectionsToReplacing(alerting(7.25), alerting(7), terms)).toEqual([]);
    expect(objectionsToReplacing(alerting(0), alerting(7), terms)).toEqual([]);
    expect(objectionsToReplacing(alerting(7), alerting(undefined), terms)).toEqual([]);
    expect(objectionsToReplacing(alerting(undefined), alerting(0), terms)).toEqual([]);
  });

  it('takes a score that is no number for the worst', () => {
    const none = scores(Number.NaN, Number.NaN, Number.NaN);
    const sound = scores(0.95, 10, 1);
    expect(objectionsToReplacing(none, sound, terms)).toHaveLength(3);
    expect(objectionsToReplacing(scores(1, Infinity, Infinity), sound, terms)).toHaveLength(2);
    expect(objectionsToReplacing(sound, scores(0, Number.NaN, Number.NaN), terms)).toEqual([]);
    expect(objectionsToFirst(none, 0.95)).toHaveLength(1);
    expect(isWorseThanNaive(none, sound, terms)).toBe(true);
  });

  it('lets a model lead away by what its gain pays for', () => {
    const far = (error: number) => distanceWithin(scores(1, 1, error), scores(1, 1, 1), terms);
    // Errors of 1 and of the distance are 1.05 in quadrature.
    expect(Math.hypot(1, far(1))).toBeCloseTo(1.05, 8);
    expect(Math.hypot(0.5, far(0.5))).toBeCloseTo(1.05, 8);
    expect(far(0)).toBeCloseTo(1.05, 8);
    expect(far(1.05)).toBeCloseTo(0, 7);
    expect(far(2)).toBe(terms.negligible);
  });

  it('asks of a first model that its band holds half of the next day', () => {
    expect(objectionsToFirst(scores(0.5, 10, 1), 0.95)).toEqual([]);
    expect(objectionsToFirst(scores(0.49, 10, 1), 0.95)[0]).toContain('49.0%');
    expect(objectionsToFirst(scores(0.3, 10, 1), 0.3)).toEqual([]);
  });

  it('finds a model worse than seasonal naive from the margin on', () => {
    expect(isWorseThanNaive(scores(0.9, 1, 1.04), scores(0.9, 1, 1), terms)).toBe(false);
    expect(isWorseThanNaive(scores(0.9, 1, 1.06), scores(0.9, 1, 1), terms)).toBe(true);
  });
});
