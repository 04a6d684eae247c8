import { describe, expect, it } from 'vitest';
import { incidentsOf } from '../../lib/evaluation/incidents.ts';

/** Labels of a series at one point a minute, with the given points labelled. */
function labelled(length: number, points: readonly number[]): Uint8Array {
  const labels = new Uint8Array(length);
  for (const point of points) labels[point] = 1;
  return labels;
}
const minutes = (length: number) => Float64Array.from({ length }, (_, index) => index * 60);

describe('incidentsOf', () => {
  it('finds none without labels', () => {
    expect(incidentsOf(labelled(50, []), minutes(50), 60)).toEqual([]);
  });

  it('takes a run of labels as one incident, up to the edges of the series', () => {
    expect(incidentsOf(labelled(60, [0, 1, 59]), minutes(60), 60)).toEqual([
      { firstIndex: 0, lastIndex: 1 },
      { firstIndex: 59, lastIndex: 59 },
    ]);
  });

  it('joins runs 30 steps apart and parts runs 31 steps apart', () => {
    expect(incidentsOf(labelled(50, [3, 4, 34]), minutes(50), 60)).toEqual([
      { firstIndex: 3, lastIndex: 34 },
    ]);
    expect(incidentsOf(labelled(50, [3, 4, 35]), minutes(50), 60)).toEqual([
      { firstIndex: 3, lastIndex: 4 },
      { firstIndex: 35, lastIndex: 35 },
    ]);
  });

  it('counts missing points into the distance of two runs, but never parts a run', () => {
    const times = Float64Array.of(0, 60, 120, 60 + 31 * 60, 60 + 32 * 60);
    expect(incidentsOf([0, 1, 0, 1, 0], times, 60)).toHaveLength(2);
    expect(incidentsOf([0, 0, 1, 1, 0], times, 60)).toHaveLength(1);
  });
});
