import { describe, expect, it } from 'vitest';
import { nabWeeks } from '../../lib/evaluation/nab-weeks.ts';
import type { SeriesEvaluation } from '../../lib/evaluation/series-evaluation.ts';
import { judgedSeries, outcomeOf } from './judged-series.ts';

/** A hundred steps are a week, of which 15 are its probationary period. */
const STEP_SECONDS = 6048;

function weeksOf(rows: number, given: Parameters<typeof judgedSeries>[1]) {
  return nabWeeks(judgedSeries(rows, { stepSeconds: STEP_SECONDS, ...given }));
}

const alertsIn = (scores: ArrayLike<number>) =>
  Array.from(scores).flatMap((score, row) => (score === 1 ? [row] : []));

describe('the weeks of a series as files of the benchmark', () => {
  it('begin with the first judged row, and the last one may be shorter', () => {
    const weeks = weeksOf(280, { firstRow: 50, alertRows: [20, 50, 149, 150, 279] });
    expect(weeks.map(({ scores }) => scores.length)).toEqual([100, 100, 30]);
    expect(weeks.map(({ scores }) => alertsIn(scores))).toEqual([[0, 99], [0], [29]]);
    expect(weeks.flatMap(({ windows }) => windows)).toEqual([]);
  });

  it('have the real incidents as windows, by row of the week', () => {
    const incidents: SeriesEvaluation['incidents'] = [
      { firstIndex: 64, lastIndex: 66 }, // begins in the probationary period, which ends before row 65
      { firstIndex: 70, lastIndex: 79 },
      { firstIndex: 145, lastIndex: 150 }, // reaches into the next week
      { firstIndex: 165, lastIndex: 165 },
      { firstIndex: 245, lastIndex: 249 },
    ];
    const weeks = weeksOf(250, { firstRow: 50, incidents });
    expect(weeks.map(({ windows }) => windows)).toEqual([
      [{ firstIndex: 20, lastIndex: 29 }],
      [
        { firstIndex: 15, lastIndex: 15 },
        { firstIndex: 95, lastIndex: 99 },
      ],
    ]);
  });

  it('have a window for each injected fault that touches no other, in ascending order', () => {
    const outcomes = [
      outcomeOf('spike', 50, 54),
      outcomeOf('spike', 80, 84), // touches the incident before
      outcomeOf('spike', 64, 68), // touches the incident after
      outcomeOf('dip', 30, 34),
      outcomeOf('gap', 90, 95), // no alert is expected
      outcomeOf('dip', 81, 83),
      outcomeOf('spike', 83, 84), // overlaps the fault before it
    ];
    const [week] = weeksOf(100, { incidents: [{ firstIndex: 69, lastIndex: 79 }], outcomes });
    expect(week!.windows).toEqual([
      { firstIndex: 30, lastIndex: 34 },
      { firstIndex: 50, lastIndex: 54 },
      { firstIndex: 69, lastIndex: 79 },
      { firstIndex: 81, lastIndex: 83 },
    ]);
  });

  it('show in the window of a fault the alert of its own replay, not those of the undisturbed history', () => {
    const outcomes = [
      outcomeOf('spike', 30, 34, { isFound: true, delaySeconds: 2 * STEP_SECONDS }),
      outcomeOf('spike', 50, 54, { isFound: true, delaySeconds: 0 }),
      outcomeOf('spike', 60, 64, { isFound: true, delaySeconds: 4 * STEP_SECONDS }),
      outcomeOf('spike', 70, 74, { isFound: true, delaySeconds: 5 * STEP_SECONDS }), // after its end
      outcomeOf('spike', 80, 84),
    ];
    const alertRows = [29, 30, 34, 35, 75, 80, 84, 85];
    const [week] = weeksOf(100, { alertRows, outcomes });
    expect(alertsIn(week!.scores)).toEqual([29, 32, 35, 50, 64, 75, 85]);
  });

  it('are of one row at least, however long the step', () => {
    expect(weeksOf(3, { stepSeconds: 30 * 86_400 }).map(({ scores }) => scores.length)).toEqual([1, 1, 1]);
  });
});
