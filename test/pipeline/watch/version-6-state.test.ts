import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import type { RarityState } from '../../../lib/detector/rarity/state.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import type { Sample } from '../../../lib/series/samples.ts';
import { alertsOf, feed, monitorOf, observe } from '../../detector/monitoring.ts';
import { type Shape, samplesOf } from '../../detector/seeded-series.ts';

/**
 * A shard as version 6 of the detector stored it, after ten days of three seeded series at five minutes. The level of the
 * last one shifted by twelve deviations eight samples before the end, and that incident is open.
 */
const STORED = readFileSync(join(import.meta.dirname, 'state-of-version-6.bin'));
const SERIES: readonly Shape[] = ['daily rhythm', 'sparse counts', 'noise'];
const POINTS = 2880;
const SHIFT_FROM = 2872;
const SHIFT_UNTIL = POINTS + 12;
const DAY_POINTS = 288;
const noModel = () => undefined;

function samplesOfSeries(shape: Shape): Sample[] {
  const samples = samplesOf(shape, SERIES.indexOf(shape) + 1, POINTS + DAY_POINTS);
  if (shape !== 'noise') return samples;
  return samples.map((sample, index) => ({
    ...sample,
    value: sample.value + (index >= SHIFT_FROM && index < SHIFT_UNTIL ? 12 : 0),
  }));
}

/** States live in the bytes that they are read from: each reader has its own. */
const stored = () => Uint8Array.from(STORED);

/** The stored metric, with its series by their shape. */
function read() {
  const metric = decodeShardState(stored()).metrics.get('load')!;
  const states = new Map([...metric.series.values()].map(({ labels, state }) => [labels.shape, state]));
  return { metric, stateOf: (shape: Shape) => states.get(shape)! };
}

describe('a state that version 6 of the detector stored', () => {
  it('is read whole, with its open incident', () => {
    const { metric, stateOf } = read();
    expect(metric.series.size).toBe(3);
    const onset = samplesOfSeries('noise')[SHIFT_FROM]!.timeSeconds;
    expect([...metric.openIncidents.values()].map(({ event }) => event.onsetSeconds)).toEqual([onset]);
    expect(SERIES.map((shape) => stateOf(shape).policy.isOpen)).toEqual([false, false, true]);
  });

  it('has the mean absolute deviation that its variance lets expect', () => {
    for (const shape of SERIES) {
      const state = read().stateOf(shape).detector as RarityState;
      expect(state.deviationScale).toBeCloseTo(0.8 * Math.sqrt(state.variance), 12);
    }
  });

  it('is stored by this version as what it was read as', () => {
    const shard = decodeShardState(stored());
    expect(decodeShardState(encodeShardState(shard))).toEqual(shard);
  });

  it('goes on with its incident and ends it, and alerts nothing that a run of this version alone would not have', () => {
    const monitor = monitorOf(rarity);
    for (const shape of SERIES) {
      const samples = samplesOfSeries(shape);
      const after = feed(monitor, read().stateOf(shape), samples.slice(POINTS), noModel);
      const undisturbed = observe(monitor, samples, noModel);
      expect(alertsOf(after)).toEqual(alertsOf(undisturbed.slice(POINTS)));
      const ends = after.flatMap(({ events }) => events).filter(({ kind }) => kind === 'resolved');
      expect(ends.map(({ onsetSeconds }) => onsetSeconds)).toEqual(
        shape === 'noise' ? [samples[SHIFT_FROM]!.timeSeconds] : [],
      );
    }
  });
});
