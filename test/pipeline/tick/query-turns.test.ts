import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { takeTurns } from '../../../lib/pipeline/tick/query-turns.ts';

const names = Array.from({ length: 100 }, (_, number) => `m${number}`);

describe('the turns of queries', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Takes turns among metrics of which some hang; what was answered, and how long all took. */
  async function turns(hanging: (name: string) => boolean, slow: ReadonlySet<string>, milliseconds: number) {
    const answered: string[] = [];
    const tried: string[] = [];
    const begin = Date.now();
    const time = { milliseconds, elapsedMilliseconds: () => Date.now() };
    const all = takeTurns(
      names,
      4,
      time,
      (name) => slow.has(name),
      async (name, signal) => {
        tried.push(name);
        if (!hanging(name)) {
          answered.push(name);
          return 'done';
        }
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        return 'slow';
      },
    );
    await vi.runAllTimersAsync();
    await all;
    return { answered, tried, took: Date.now() - begin };
  }

  it.each([0, 50, 99])('come to the one metric of a hundred that does not hang, number %i', async (well) => {
    const { answered, took } = await turns((name) => name !== `m${well}`, new Set(), 30_000);
    expect(answered).toEqual([`m${well}`]);
    // What hangs takes the time that there is, and little more.
    expect(took).toBeLessThan(36_000);
  });

  it('put what was slow the last time behind all others', async () => {
    const slow = new Set(['m0', 'm1', 'm2', 'm3', 'm4']);
    const { tried, answered } = await turns((name) => slow.has(name), slow, 30_000);
    expect(answered).toHaveLength(95);
    expect(tried.slice(-5)).toEqual([...slow]);
  });

  it('try again at the end, with the time that is left, what had only a small share', async () => {
    const { tried } = await turns((name) => name === 'm0', new Set(), 30_000);
    expect(tried.filter((name) => name === 'm0')).toHaveLength(2);
    expect(tried.at(-1)).toBe('m0');
  });
});
