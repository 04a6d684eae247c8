import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { encodeSeries } from '../../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { scoreMetric } from '../../../lib/pipeline/watch/score-metric.ts';
import type { MetricMemory } from '../../../lib/pipeline/watch/shard-state.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import type { Series } from '../../../lib/series/series.ts';

const STEP = 300;
const DAY = 86_400;
const MIDNIGHT = 1_772_409_600;
const metric = {
  name: 'cpu',
  query: 'cpu',
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds: STEP },
  maximumCatchUpSeconds: DAY,
} as unknown as Parameters<typeof scoreMetric>[0];

function emptyMemory(): MetricMemory {
  return {
    detector: 'rarity',
    stepSeconds: STEP,
    watermarkSeconds: MIDNIGHT - 3 * DAY - STEP,
    series: new Map(),
    movingFrom: undefined,
    openIncidents: new Map(),
  };
}

/** Three pods that were there before, and one that begins at a time. */
function answer(startSeconds: number, endSeconds: number, newSeconds: number): Series[] {
  return ['a', 'b', 'c', 'new'].flatMap((pod, seed) => {
    const from = pod === 'new' ? Math.max(startSeconds, newSeconds) : startSeconds;
    if (from > endSeconds) return [];
    const steps = Math.floor((endSeconds - from) / STEP) + 1;
    const timesSeconds = Float64Array.from({ length: steps }, (_, index) => from + index * STEP);
    const values = timesSeconds.map((time) => 50 + normalAt(seed, time / STEP));
    return [{ labels: { pod }, samples: { timesSeconds, values } }];
  });
}

/** Scores from the beginning to an end in windows of so many steps. */
function scored(endSeconds: number, newSeconds: number, stepsAtOnce: number): MetricMemory {
  const memory = emptyMemory();
  while (memory.watermarkSeconds < endSeconds) {
    const startSeconds = memory.watermarkSeconds + STEP;
    const windowEnd = Math.min(endSeconds, memory.watermarkSeconds + stepsAtOnce * STEP);
    const window = { startSeconds, endSeconds: windowEnd, skippedSeconds: 0 };
    scoreMetric(metric, memory, window, answer(startSeconds, windowEnd, newSeconds), noBaselines, false);
  }
  return memory;
}

const stateOf = (memory: MetricMemory, pod: string) =>
  encodeSeries(rarity, [memory.series.get(`{pod="${pod}"}`)!.state as never]);
const borrowedOf = (memory: MetricMemory, pod: string) =>
  (memory.series.get(`{pod="${pod}"}`)!.state.detector as { borrowed: number }).borrowed;

describe('a new series of a metric', () => {
  it('begins with what the others were like at the last midnight', () => {
    const memory = scored(MIDNIGHT + 6 * 3600, MIDNIGHT + 2 * 3600, 1);
    expect(borrowedOf(memory, 'new')).toBe(DAY / STEP);
    expect(['a', 'b', 'c'].map((pod) => borrowedOf(memory, pod))).toEqual([0, 0, 0]);
  });

  it('begins alone before the others have seen two days', () => {
    const memory = scored(MIDNIGHT - 2.5 * DAY + 6 * 3600, MIDNIGHT - 2.5 * DAY, 1);
    expect(memory.newcomer).toBeUndefined();
    expect(borrowedOf(memory, 'new')).toBe(0);
  });

  it.each([
    ['after midnight', MIDNIGHT + 1800],
    ['at midnight', MIDNIGHT],
    ['before midnight', MIDNIGHT - 1800],
  ])('is the same however many steps a tick has to catch up, when it comes %s', (_, newSeconds) => {
    const [one, many] = [1, 40].map((steps) => scored(MIDNIGHT + 3600, newSeconds, steps));
    for (const pod of ['a', 'b', 'c', 'new']) expect(stateOf(many!, pod)).toEqual(stateOf(one!, pod));
    expect(many!.watermarkSeconds).toBe(one!.watermarkSeconds);
  });

  it('finds what it begins with in a state that was stored', () => {
    const memory = scored(MIDNIGHT + 3600, Infinity, 1);
    const stored = { sequence: 1, metrics: new Map([['cpu', memory]]), outbox: [], spool: [] };
    const read = decodeShardState(encodeShardState(stored)).metrics.get('cpu')!;
    expect(encodeSeries(rarity, [read.newcomer as never])).toEqual(
      encodeSeries(rarity, [memory.newcomer as never]),
    );
  });
});
