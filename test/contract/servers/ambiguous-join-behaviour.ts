import { expect, it } from 'vitest';
import { queryAnswerable } from '../../../lib/sources/answerable-steps.ts';
import { COUNT, range, START, STEP, timesOf } from '../series-source-behaviour.ts';
import type { sourceAt } from './source-at.ts';

/** A range whose join has two partners at three of its steps, with the history of `answersRangeQueries`. */
export const AMBIGUOUS_JOIN = 'pod_memory * on (pod) group_left (node) pod_node';

/** A server of Prometheus' own engine refuses the whole range for the steps at which a join has two partners. */
export function refusesSteps(at: () => ReturnType<typeof sourceAt>): void {
  it('are refused for the steps at which a join has two partners, and all others are answered', async () => {
    const { source } = at();
    await expect(source.queryRange({ query: AMBIGUOUS_JOIN, ...range })).rejects.toMatchObject({
      isOfSteps: true,
    });
    const { series, refused = [] } = await queryAnswerable(source, { query: AMBIGUOUS_JOIN, ...range });
    const answered = new Set(series.flatMap(timesOf));
    const given = Array.from({ length: COUNT }, (_, index) => START + index * STEP).filter((time) =>
      refused.some(({ startSeconds, endSeconds }) => time >= startSeconds && time <= endSeconds),
    );
    expect(given[0]).toBe(START + 70 * STEP);
    expect(given.length).toBeLessThan(10);
    expect(answered.size + given.length).toBe(COUNT);
    expect(given.every((time) => !answered.has(time))).toBe(true);
  });
}
