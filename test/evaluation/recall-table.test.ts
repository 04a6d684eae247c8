import { describe, expect, it } from 'vitest';
import type { FaultName } from '../../lib/evaluation/faults/registry.ts';
import type { InjectionOutcome } from '../../lib/evaluation/judgement.ts';
import { isSuccess, recallTable } from '../../lib/evaluation/recall-table.ts';

/** An injection that was found after so long, or not at all. */
function outcome(
  fault: FaultName,
  sizeIndex: 0 | 1 | 2,
  delaySeconds: number | undefined,
  isFoundByChance = false,
): InjectionOutcome {
  const injection = { fault, sizeIndex, firstIndex: 0, lastIndex: 2, values: new Float64Array(3), effect: 5 };
  return {
    injection,
    isFound: delaySeconds !== undefined,
    delaySeconds,
    isFoundByChance,
    points: 3,
    anomalousPoints: 0,
  };
}

describe('recallTable', () => {
  it('counts by kind and size, with the median delay of those found, computed by hand', () => {
    const [spike, ...others] = recallTable(
      [
        outcome('spike', 0, undefined),
        outcome('spike', 0, 60),
        outcome('spike', 0, 0),
        outcome('spike', 0, 300),
        outcome('spike', 2, 0),
      ],
      1,
    );
    expect(others).toEqual([]);
    expect(spike).toMatchObject({ fault: 'spike', expects: 'alert' });
    expect(spike?.cells).toMatchObject([
      {
        sizeLabel: '5 × noise',
        injected: 4,
        succeeded: 3,
        share: { value: 0.75 },
        delaySeconds: { value: 60 },
      },
      { sizeLabel: '10 × noise', injected: 0, succeeded: 0, share: { value: null } },
      { sizeLabel: '20 × noise', injected: 1, succeeded: 1, share: { value: 1 }, delaySeconds: { value: 0 } },
    ]);
  });

  it('counts silence over a gap as success, and an alert that came anyway as none of its doing', () => {
    const [gap] = recallTable(
      [outcome('gap', 0, undefined), outcome('gap', 0, 60), outcome('gap', 0, 60, true)],
      1,
    );
    expect(gap).toMatchObject({ expects: 'silence', cells: [{ injected: 3, succeeded: 2 }, {}, {}] });
  });

  it('says of one injection whether it ended as expected', () => {
    const ended = (fault: FaultName, isFound: boolean, isFoundByChance = false) =>
      isSuccess(outcome(fault, 0, isFound ? 60 : undefined, isFoundByChance));
    expect([ended('dip', true), ended('dip', false), ended('dip', false, true)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([ended('gap', true), ended('gap', false), ended('gap', true, true)]).toEqual([false, true, true]);
  });
});
