import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreEvents, summarizeEvents } from '../../lib/evaluation/event-scores.ts';
import type { Incident } from '../../lib/evaluation/incidents.ts';

const incident = { firstIndex: 100, lastIndex: 120 };

describe('scoreEvents', () => {
  it.each([
    { alert: 99, found: false },
    { alert: 100, found: true },
    { alert: 120, found: true },
    { alert: 130, found: true },
    { alert: 131, found: false },
  ])('an alert at $alert finds the incident of 100 to 120: $found', ({ alert, found }) => {
    expect(scoreEvents([alert], [incident]).delaysPoints).toEqual(found ? [alert - 100] : []);
  });

  it.each([
    { alert: 97, isFalse: true },
    { alert: 98, isFalse: false },
    { alert: 150, isFalse: false },
    { alert: 151, isFalse: true },
  ])('an alert at $alert is false beside the incident of 100 to 120: $isFalse', ({ alert, isFalse }) => {
    expect(scoreEvents([alert], [incident]).falseAlerts).toBe(isFalse ? 1 : 0);
  });

  it('takes the delay from the first alert on an incident, and counts every false alert', () => {
    expect(scoreEvents([50, 60, 104, 110, 160], [incident])).toEqual({
      incidents: 1,
      delaysPoints: [4],
      alerts: 5,
      falseAlerts: 3,
    });
  });

  it('lets one alert find two incidents that it lies between and in', () => {
    const next = { firstIndex: 125, lastIndex: 126 };
    expect(scoreEvents([127], [incident, next]).delaysPoints).toEqual([27, 2]);
  });

  it('ignores what lies before the scored part, but lets its incidents excuse alerts', () => {
    expect(scoreEvents([10, 101, 140], [incident], 110)).toEqual({
      incidents: 0,
      delaysPoints: [],
      alerts: 1,
      falseAlerts: 0,
    });
  });

  it('gives silence nothing, an oracle everything at once, and an alarm at every point all incidents', () => {
    const incidents = fc
      .array(fc.tuple(fc.integer({ min: 40, max: 90 }), fc.integer({ min: 0, max: 8 })), { maxLength: 6 })
      .map((gaps) => {
        const found: Incident[] = [];
        for (const [gap, length] of gaps) {
          const firstIndex = (found.at(-1)?.lastIndex ?? 0) + gap;
          found.push({ firstIndex, lastIndex: firstIndex + length });
        }
        return found;
      });
    fc.assert(
      fc.property(incidents, (all) => {
        const points = 800;
        const none = { incidents: all.length, delaysPoints: [], alerts: 0, falseAlerts: 0 };
        expect(scoreEvents([], all)).toEqual(none);
        const oracle = scoreEvents(
          all.map((one) => one.firstIndex),
          all,
        );
        expect(oracle.delaysPoints).toEqual(all.map(() => 0));
        expect(oracle.falseAlerts).toBe(0);
        const everywhere = Array.from({ length: points }, (_, index) => index);
        const always = scoreEvents(everywhere, all);
        expect(always.delaysPoints).toEqual(all.map(() => 0));
        const excused = everywhere.filter((index) =>
          all.some((one) => index >= one.firstIndex - 2 && index <= one.lastIndex + 30),
        );
        expect(always.falseAlerts).toBe(points - excused.length);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});

describe('summarizeEvents', () => {
  it('pools series: rates over all weeks, recall over all incidents, median over all delays', () => {
    const scores = [
      { incidents: 3, delaysPoints: [0, 6], alerts: 4, falseAlerts: 2 },
      { incidents: 1, delaysPoints: [1], alerts: 1, falseAlerts: 0 },
    ];
    expect(summarizeEvents(scores, 4)).toEqual({
      falseAlertsPerSeriesWeek: 0.5,
      recall: 0.75,
      precision: 0.6,
      medianDelayPoints: 1,
    });
  });

  it('takes the mean of the middle two delays when their number is even', () => {
    const scores = [{ incidents: 4, delaysPoints: [9, 1, 2, 5], alerts: 4, falseAlerts: 0 }];
    expect(summarizeEvents(scores, 1).medianDelayPoints).toBe(3.5);
  });

  it('says null where there is nothing to take a share of', () => {
    expect(summarizeEvents([], 0)).toEqual({
      falseAlertsPerSeriesWeek: 0,
      recall: null,
      precision: null,
      medianDelayPoints: null,
    });
  });
});
