import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertChanges, type ComparedAlert } from '../../lib/evaluation/alert-changes.ts';

const alert = (timeSeconds: number, key = 'a'): ComparedAlert => ({ key, timeSeconds });

describe('alertChanges', () => {
  it('pairs alerts of one series that are close, each once, the nearest first', () => {
    const before = [alert(100), alert(200), alert(5000), alert(300, 'b')];
    const after = [alert(190), alert(210), alert(300, 'c')];
    const { kept, gained, lost } = alertChanges(before, after, 100);
    // 190 takes 200, so that 210 finds 100 too far away.
    expect(kept).toEqual([alert(190)]);
    expect(gained).toEqual([alert(210), alert(300, 'c')]);
    expect(lost).toEqual([alert(100), alert(5000), alert(300, 'b')]);
  });

  it('finds nothing gained or lost where nothing changed, and all of it where there was nothing', () => {
    const times = fc.uniqueArray(fc.nat({ max: 10_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(times, (seconds) => {
        const alerts = seconds.toSorted((one, other) => one - other).map((time) => alert(time));
        expect(alertChanges(alerts, alerts, 0)).toEqual({ kept: alerts, gained: [], lost: [] });
        expect(alertChanges([], alerts, 60)).toEqual({ kept: [], gained: alerts, lost: [] });
        expect(alertChanges(alerts, [], 60)).toEqual({ kept: [], gained: [], lost: alerts });
      }),
    );
  });
});
