import { describe, expect, it } from 'vitest';
import { monitorSample, startSeries } from '../../lib/detector/monitor-series.ts';
import { detectors } from '../../lib/detector/registry.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';

describe('a replay at whose bands nobody looks', () => {
  it('has the same scores and notifications', () => {
    const usual = { detector: detectors.rarity, settings: defaultDetectionSettings, stepSeconds: 300 };
    const quick = { ...usual, skipBand: true };
    const [one, other] = [startSeries(usual), startSeries(quick)];
    let notifications = 0;
    let bands = 0;
    for (let row = 0; row < 3000; row += 1) {
      const value = 50 + normalAt(6, row) + (row % 700 > 690 ? 12 : 0);
      const sample = { timeSeconds: row * 300, value };
      const baseline = { expected: 50, lower: 47, upper: 53, seasonal: 0 };
      const full = monitorSample(usual, one, sample, baseline);
      const bare = monitorSample(quick, other, sample, baseline);
      expect(bare.verdict).toEqual({ ...full.verdict, band: undefined });
      expect(bare.events.map(({ kind, onsetSeconds }) => [kind, onsetSeconds])).toEqual(
        full.events.map(({ kind, onsetSeconds }) => [kind, onsetSeconds]),
      );
      notifications += full.events.length;
      if (full.verdict.band !== undefined) bands += 1;
    }
    expect(notifications).toBeGreaterThan(3);
    expect(bands).toBeGreaterThan(2900);
  });
});
