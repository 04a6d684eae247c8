import { describe, expect, it } from 'vitest';
import { forEachConcurrently } from '../../lib/connections/concurrency.ts';

const ITEMS = [0, 1, 2, 3, 4, 5];

/** Work whose items end only when the test says so. */
function heldWork() {
  const started: number[] = [];
  const ends = new Map<number, { readonly succeed: () => void; readonly fail: (reason: Error) => void }>();
  const work = (item: number) =>
    new Promise<void>((succeed, fail) => {
      started.push(item);
      ends.set(item, { succeed, fail });
    });
  const settle = async (end: () => void) => {
    end();
    await new Promise(setImmediate);
  };
  return {
    started,
    work,
    succeed: (item: number) => settle(() => ends.get(item)?.succeed()),
    fail: (item: number, reason: Error) => settle(() => ends.get(item)?.fail(reason)),
  };
}

describe('forEachConcurrently', () => {
  it.each([1, 2, 5, 6, 100])('works through all items in order, %i at a time', async (limit) => {
    const started: number[] = [];
    let underWay = 0;
    let most = 0;
    await forEachConcurrently(ITEMS, limit, async (item, index) => {
      expect(item).toBe(ITEMS[index]);
      started.push(item);
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(setImmediate);
      underWay -= 1;
    });
    expect(started).toEqual(ITEMS);
    expect(most).toBe(Math.min(limit, ITEMS.length));
    expect(underWay).toBe(0);
  });

  it('starts the next item as soon as one ends', async () => {
    const { started, work, succeed } = heldWork();
    const all = forEachConcurrently(ITEMS, 2, work);
    expect(started).toEqual([0, 1]);
    await succeed(1);
    expect(started).toEqual([0, 1, 2]);
    for (const item of [0, 2, 3, 4, 5]) await succeed(item);
    await all;
  });

  it.each([1, 2, 3, 6])('starts nothing after a failure, %i at a time', async (limit) => {
    const { started, work, succeed, fail } = heldWork();
    const all = forEachConcurrently(ITEMS, limit, work);
    const outcome = expect(all).rejects.toThrow('the first');
    await fail(0, new Error('the first'));
    for (let item = 1; item < limit; item += 1) await succeed(item);
    await outcome;
    expect(started).toEqual(ITEMS.slice(0, limit));
  });

  it('throws the failure that came first, once the work that had begun has ended', async () => {
    const { work, fail } = heldWork();
    let hasEnded = false;
    const all = forEachConcurrently(ITEMS, 3, work).finally(() => {
      hasEnded = true;
    });
    const outcome = expect(all).rejects.toThrow('the first');
    await fail(2, new Error('the first'));
    await fail(0, new Error('a later one'));
    expect(hasEnded).toBe(false);
    await fail(1, new Error('the last one'));
    await outcome;
  });

  it('does nothing without items', async () => {
    await forEachConcurrently([], 3, () => Promise.reject(new Error('called')));
  });
});
