import { describe, expect, it } from 'vitest';
import { startAlertPolicy } from '../../lib/detector/alert-policy.ts';
import { arrayColumn, ColumnReader, type Columns, numberColumn, row } from '../../lib/detector/columns.ts';
import { InvalidDetectorStateError } from '../../lib/detector/errors.ts';
import { intervalRule } from '../../lib/detector/interval-rule.ts';
import type { SeriesState } from '../../lib/detector/monitor-series.ts';
import { emptyRecurrence } from '../../lib/detector/recurrence.ts';
import { decodeSeries, encodeSeries } from '../../lib/detector/series-codec.ts';

/** A memory in which no two numbers are the same. */
function memory(base: number): SeriesState<ReturnType<typeof intervalRule.start>> {
  const detector = intervalRule.start(60);
  const policy = {
    ...startAlertPolicy(),
    isOpen: base % 2 === 1,
    onsetSeconds: base + 0.1,
    lastAlertSeconds: base + 0.2,
    lastAlertScore: base + 0.3,
    lastNearSeconds: base + 0.4,
    lastSpikeSeconds: -Infinity,
    hits: base + 5,
  };
  policy.routine.counts[3] = base + 0.6;
  policy.routine.days[4] = base + 7;
  policy.recurrence.starts[5] = base + 8;
  policy.recurrence.lengths[6] = base + 9;
  policy.recurrence.sizes[7] = -base - 0.5;
  policy.recurrence.next = 8;
  return { detector, policy, lastSeconds: base + 0.8 };
}

const series = [memory(101), memory(202), memory(303)];
const encoded = () => structuredClone(encodeSeries(intervalRule, series)) as Record<string, unknown>;
const refusal = (change: (columns: Record<string, unknown>) => unknown) => {
  const columns = encoded();
  const changed = change(columns);
  return () => decodeSeries(intervalRule, changed === undefined ? columns : changed);
};

describe('the memories of many series as columns', () => {
  it('come back in their order, to the last bit, infinities included', () => {
    expect(decodeSeries(intervalRule, encoded())).toEqual(series);
  });

  it('of version 7, which remembered no episodes, begin with none', () => {
    const columns = encoded();
    const {
      episodeSizes: _s,
      episodeStarts: _t,
      episodeLengths: _l,
      nextEpisode: _n,
      ...policies
    } = columns.policies as Columns;
    const [first] = decodeSeries(intervalRule, { ...columns, policies });
    expect(first?.policy).toEqual({ ...series[0]!.policy, recurrence: emptyRecurrence() });
  });

  it('are none for no series', () => {
    expect(decodeSeries(intervalRule, structuredClone(encodeSeries(intervalRule, [])))).toEqual([]);
  });

  it.each([
    ['nothing', () => null, 'it is not an object of columns'],
    ['a text', () => 'columns', 'it is not an object of columns'],
    [
      "another detector's",
      (columns: Record<string, unknown>) => ({ ...columns, detector: 'rarity' }),
      '"rarity" wrote it',
    ],
    [
      'no times',
      (columns: Record<string, unknown>) => ({ ...columns, lastSeconds: undefined }),
      '"lastSeconds" is not a column of numbers',
    ],
    [
      'more times than states',
      (columns: Record<string, unknown>) => ({ ...columns, lastSeconds: new Float64Array(4) }),
      'it has 3 states for 4 series',
    ],
    [
      'too few numbers of policies',
      (columns: Record<string, unknown>) => ({
        ...columns,
        policies: { ...(columns.policies as Columns), routineDays: new Float64Array(9) },
      }),
      '"routineDays" has 9 numbers instead of 72',
    ],
  ])('are refused in words when they are %s', (_, change, words) => {
    expect(refusal(change)).toThrow(InvalidDetectorStateError);
    expect(refusal(change)).toThrow(words);
  });
});

describe('a column', () => {
  it('holds one number, or one row of numbers, a state', () => {
    const states = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    expect(numberColumn(states, (state) => state[1]!)).toEqual(Float64Array.of(2, 4));
    const column = arrayColumn(states, 2, (state) => state);
    expect(column).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(row(column, 2, 1)).toEqual(Float64Array.of(3, 4));
  });

  it('shares its rows with the states that are read of it', () => {
    const column = Float64Array.of(1, 2, 3, 4);
    row(column, 2, 0)[1] = 9;
    expect(column[1]).toBe(9);
  });

  it('of masks is refused in words when it is another kind of column, or of another length', () => {
    const reader = new ColumnReader('rarity', {
      masks: Uint32Array.of(1, 2),
      numbers: Float64Array.of(1, 2),
    });
    expect(reader.masks('masks', 2)).toEqual(Uint32Array.of(1, 2));
    expect(() => reader.masks('numbers', 2)).toThrow('"numbers" is not a column of masks');
    expect(() => reader.masks('masks', 3)).toThrow('"masks" has 2 masks instead of 3');
    expect(() => reader.masks('absent', 3)).toThrow(InvalidDetectorStateError);
  });
});
