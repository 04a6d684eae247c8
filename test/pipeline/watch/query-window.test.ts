import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryWindow } from '../../../lib/pipeline/watch/query-window.ts';

const metric = { stepSeconds: 60, delaySeconds: 30, maximumCatchUpSeconds: 3600 };

describe('queryWindow', () => {
  it('ends at the last whole step that is older than the evaluation delay', () => {
    expect(queryWindow(10_000, 9_900, metric)).toEqual({
      startSeconds: 9960,
      endSeconds: 9960,
      skippedSeconds: 0,
    });
  });

  it('is empty while no further step has become due', () => {
    expect(queryWindow(10_000, 9960, metric)).toBeUndefined();
    expect(queryWindow(9_000, 9960, metric)).toBeUndefined();
  });

  it('catches up missed ticks in one window', () => {
    expect(queryWindow(10_000, 9_360, metric)).toEqual({
      startSeconds: 9420,
      endSeconds: 9960,
      skippedSeconds: 0,
    });
  });

  it('gives up what lies past the bound, and says how much', () => {
    const window = queryWindow(100_000, 9_960, metric);
    expect(window).toEqual({ startSeconds: 96_420, endSeconds: 99_960, skippedSeconds: 86_400 });
  });

  it('begins a new metric with the newest catch-up', () => {
    expect(queryWindow(10_000, undefined, metric)).toEqual({
      startSeconds: 6420,
      endSeconds: 9960,
      skippedSeconds: 0,
    });
  });

  it('covers every step exactly once over any sequence of ticks within the bound', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1800 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(5, 10, 60, 300),
        (pauses, stepSeconds) => {
          const plan = { ...metric, stepSeconds };
          let tick = 1_700_000_000;
          let watermark = Math.floor((tick - plan.delaySeconds) / stepSeconds) * stepSeconds;
          const scored: number[] = [];
          const first = watermark;
          for (const pause of pauses) {
            tick += pause;
            const window = queryWindow(tick, watermark, plan);
            if (window === undefined) continue;
            for (let at = window.startSeconds; at <= window.endSeconds; at += stepSeconds) scored.push(at);
            watermark = window.endSeconds;
          }
          expect(scored).toEqual(scored.map((_, index) => first + (index + 1) * stepSeconds));
        },
      ),
    );
  });
});
