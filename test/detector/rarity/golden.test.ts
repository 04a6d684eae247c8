import { describe, expect, it } from 'vitest';
import { monitorSample, type SeriesMonitor, startSeries } from '../../../lib/detector/monitor-series.ts';
import { rarityWith } from '../../../lib/detector/rarity/rarity.ts';
import { VERSION_7 } from '../../../lib/detector/rarity/rules.ts';
import type { Channel } from '../../../lib/detector/score.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import type { AlertEventKind } from '../../../lib/detector/verdict.ts';
import type { Baseline } from '../../../lib/series/band.ts';
import { type GoldenSeries, goldenPath, readGoldenVectors } from '../golden-vectors.ts';

const CHANNELS: readonly Channel[] = ['fast', 'level', 'range', 'flat', 'deviation'];
const EVENTS: readonly AlertEventKind[] = ['onset', 'escalation', 'new-spike'];
/** What later versions add is left out: the arithmetic under it is checked, and the alert policy as it is. */
const version7 = rarityWith(VERSION_7);
const golden = readGoldenVectors();
if (golden === undefined) {
  process.stderr.write(
    `The golden vectors are not at ${goldenPath()}: the detector's arithmetic is not checked against them. ` +
      'Set TIDEMARK_CORPUS to the labelled corpus beside them.\n',
  );
}

describe.skipIf(golden === undefined)('the golden vectors', () => {
  it('are eight series', () => {
    expect(golden).toHaveLength(8);
  });

  it.each(golden ?? [])(
    '"$name": gives every score and spike score to 1e-6, and every leading channel with its surprise',
    (series) => {
      const state = version7.start(series.step);
      const worst = { score: 0, surprise: 0, confidence: 0 };
      const otherChannels: number[] = [];
      const differ = (field: keyof typeof worst, found: number, expected: number) => {
        worst[field] = Math.max(worst[field], Math.abs(found - expected));
      };
      series.ts.forEach((timeSeconds, index) => {
        const score = version7.step(
          state,
          { timeSeconds, value: series.value[index] ?? Number.NaN },
          {
            baseline: baselineOf(series, index),
            seasonalSkill: 1,
            threshold: series.threshold,
            skipBand: true,
          },
        );
        const channel = score === undefined ? -1 : CHANNELS.indexOf(score.evidence.channel);
        if (channel !== series.channel[index]) otherChannels.push(index);
        differ('score', score?.score ?? -9, series.L[index]!);
        differ('score', score?.spikeScore ?? -9, series.Lf[index]!);
        if (score === undefined) return;
        differ('surprise', score.evidence.surprise, series.v[index]![channel]!);
        differ('confidence', score.confidence, series.confidence[index]!);
      });
      expect(otherChannels).toEqual([]);
      expect(worst.score).toBeLessThanOrEqual(1e-6);
      expect(worst.surprise).toBeLessThanOrEqual(5e-6);
      expect(worst.confidence).toBeLessThanOrEqual(5e-7);
    },
  );

  it.each(golden ?? [])('"$name": decides every alert event', (series) => {
    const settings = { ...defaultDetectionSettings, falseAlertsPerWeek: 10 ** -series.threshold };
    const monitor: SeriesMonitor<unknown> = {
      detector: version7,
      settings,
      stepSeconds: series.step,
      skipBand: true,
    };
    const state = startSeries(monitor);
    const alerts = series.ts.map((timeSeconds, index) => {
      const sample = { timeSeconds, value: series.value[index] ?? Number.NaN };
      const { events } = monitorSample(monitor, state, sample, baselineOf(series, index));
      const event = events.find(({ kind }) => kind !== 'resolved');
      return event === undefined ? 0 : EVENTS.indexOf(event.kind) + 1;
    });
    expect(alerts).toEqual(series.alert);
  });
});

function baselineOf(series: GoldenSeries, index: number): Baseline | undefined {
  const seasonal = series.seasonal[index] ?? undefined;
  return seasonal === undefined
    ? undefined
    : { expected: seasonal, lower: seasonal, upper: seasonal, seasonal };
}
