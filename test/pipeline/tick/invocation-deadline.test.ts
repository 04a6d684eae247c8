import { describe, expect, it } from 'vitest';
import { InvocationDeadline } from '../../../lib/pipeline/tick/invocation-deadline.ts';

const REMAINING_MILLISECONDS = 59_000;

/** A deadline of an invocation that has 59 s in all. */
function begun() {
  let clock = 0;
  const deadline = new InvocationDeadline(
    () => REMAINING_MILLISECONDS - clock,
    () => clock,
  );
  return { deadline, pass: (milliseconds: number) => (clock += milliseconds) };
}

describe('the time that an invocation may take', () => {
  it('is what is left of it', () => {
    const { deadline, pass } = begun();
    pass(9000);
    expect(deadline.remainingMilliseconds()).toBe(50_000);
  });

  it('ends with the hand-over where that comes first', () => {
    const { deadline, pass } = begun();
    deadline.handOverIn(30_000);
    pass(10_000);
    expect(deadline.remainingMilliseconds()).toBe(20_000);
    pass(25_000);
    expect(deadline.remainingMilliseconds()).toBe(-5000);
  });

  it('is not cut by a hand-over that was past when the event came, nor by that of an earlier invocation', () => {
    const { deadline, pass } = begun();
    deadline.handOverIn(1000);
    pass(2000);
    deadline.handOverIn(-30_000);
    expect(deadline.remainingMilliseconds()).toBe(57_000);
  });
});
