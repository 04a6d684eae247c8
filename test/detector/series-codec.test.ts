import { describe, expect, it } from 'vitest';
import { startAlertPolicy } from '../../lib/detector/alert-policy.ts';
import { arrayColumn, ColumnReader, type Columns, numberColumn, row } from '../../lib/detector/columns.ts';
import { InvalidDetectorStateError } from '../../lib/detector/errors.ts';
import { intervalRule } from '../../lib/detector/interval-rule.ts';
import type { SeriesState } from '../../lib/detector/monitor-series.ts';
import { EPISODES, emptyRecurrence } from '../../lib/detector/recurrence.ts';
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
  policy.routine.counts[3] = base + 0.5;
  policy.routine.days[4] = base + 7;
  policy.recurrence.starts.set([base + 8, base + 9]);
  policy.recurrence.lengths.set([base + 10, base + 11]);
  policy.recurrence.sizes.set([-base - 0.5, base + 1.5]);
  policy.recurrence.next = 2;
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
    const { episodeCounts: _, ...policies } = columns.policies as Columns;
    const [first] = decodeSeries(intervalRule, { ...columns, policies });
    expect(first?.policy).toEqual({ ...series[0]!.policy, recurrence: emptyRecurrence() });
  });

  it('of which a full ring of episodes is read from the oldest on', () => {
    const [state] = [memory(7)];
    const { recurrence } = state.policy;
    for (let index = 0; index < EPISODES; index += 1)
      recurrence.starts[index] = 100 + ((index + 3) % EPISODES);
    recurrence.next = EPISODES - 3;
    const [read] = decodeSeries(intervalRule, encodeSeries(intervalRule, [state]));
    expect([...read!.policy.recurrence.starts]).toEqual(
      Array.from({ length: EPISODES }, (_, age) => 100 + age),
    );
    expect(read!.policy.recurrence.next).toBe(0);
  });

  it('of numbers in full, as older versions wrote them, are read', () => {
    const columns = encoded();
    const policies = columns.policies as { routineCounts: Float32Array; routineDays: Int32Array };
    const inFull = {
      ...policies,
      routineCounts: Float64Array.from(policies.routineCounts),
      routineDays: Float64Array.from(policies.routineDays),
    };
    expect(decodeSeries(intervalRule, { ...columns, policies: inFull })).toEqual(series);
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
        policies: { ...(columns.policies as Columns), routineDays: new Int32Array(9) },
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

  it('of smaller numbers is refused in words when it is another kind of column, or of another length', () => {
    const reader = new ColumnReader('rarity', { masks: Uint32Array.of(1, 2), texts: ['a', 'b'] });
    expect(reader.column('masks', Uint32Array, 2)).toEqual(Uint32Array.of(1, 2));
    expect(() => reader.column('texts', Uint32Array, 2)).toThrow('"texts" is not a column of Uint32Array');
    expect(() => reader.column('masks', Int32Array, 2)).toThrow('"masks" is not a column of Int32Array');
    expect(() => reader.column('masks', Uint32Array, 3)).toThrow('"masks" has 2 numbers instead of 3');
    expect(() => reader.column('absent', Uint32Array, 3)).toThrow(InvalidDetectorStateError);
  });
});
