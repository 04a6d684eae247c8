import { describe, expect, it } from 'vitest';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { encodeSeries } from '../../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { scoreMetric } from '../../../lib/pipeline/watch/score-metric.ts';
import type { MetricMemory } from '../../../lib/pipeline/watch/shard-state.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import type { Series } from '../../../lib/series/series.ts';

const STEP = 300;
const DAY = 86_400;
const MIDNIGHT = 1_772_409_600;
const metric: WatchedMetric = {
  name: 'cpu',
  query: 'cpu',
  monitor: { detector: rarity, settings: defaultDetectionSettings, stepSeconds: STEP },
  delaySeconds: 0,
  maximumCatchUpSeconds: DAY,
  maximumSeries: 100,
};

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

/** A pod that ends, and at a distance one or more that follow: each answer has what lies in its window. */
function deployed(startSeconds: number, endSeconds: number, pods: readonly Pod[]): Series[] {
  return pods.flatMap(({ pod, service = 'web', from = -Infinity, until = Infinity }, seed) => {
    const first = Math.max(startSeconds, from);
    const steps = Math.floor((Math.min(endSeconds, until) - first) / STEP) + 1;
    if (steps <= 0) return [];
    const timesSeconds = Float64Array.from({ length: steps }, (_, index) => first + index * STEP);
    return [
      {
        labels: { pod, service },
        samples: { timesSeconds, values: timesSeconds.map((time) => 50 + normalAt(seed, time / STEP)) },
      },
    ];
  });
}

interface Pod {
  readonly pod: string;
  readonly service?: string;
  readonly from?: number;
  readonly until?: number;
}

function replaced(pods: readonly Pod[], stepsAtOnce = 1, hasLineage = true) {
  const lineage = hasLineage ? ['service'] : undefined;
  const memory = emptyMemory();
  const endSeconds = MIDNIGHT - 2.5 * DAY;
  while (memory.watermarkSeconds < endSeconds) {
    const startSeconds = memory.watermarkSeconds + STEP;
    const windowEnd = Math.min(endSeconds, memory.watermarkSeconds + stepsAtOnce * STEP);
    const window = { startSeconds, endSeconds: windowEnd, skippedSeconds: 0 };
    const found = deployed(startSeconds, windowEnd, pods);
    scoreMetric({ ...metric, lineage }, memory, window, found, noBaselines, false);
  }
  return memory;
}

const countOf = (memory: MetricMemory, pod: string, service = 'web') =>
  (memory.series.get(`{pod="${pod}",service="${service}"}`)!.state.detector as { count: number }).count;

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

describe('a series that replaces another one of its lineage', () => {
  const NOON = MIDNIGHT - 3 * DAY + 6 * 3600;
  const old = { pod: 'web-1', until: NOON };

  it('goes on with what that one had learnt, and with its model', () => {
    const memory = replaced([old, { pod: 'web-2', from: NOON + STEP }]);
    const samples = Math.floor((MIDNIGHT - 2.5 * DAY - (MIDNIGHT - 3 * DAY)) / STEP) + 1;
    expect(countOf(memory, 'web-2')).toBe(samples);
    const heir = memory.series.get('{pod="web-2",service="web"}')!;
    expect(heir.modelKey).toBe('{pod="web-1",service="web"}');
    expect(heir.warmUp).toBeUndefined();
  });

  it.each([
    ['of another lineage', [old, { pod: 'db-1', service: 'db', from: NOON + STEP }], 'db-1', 'db'],
    ['that overlaps with it', [{ pod: 'web-1' }, { pod: 'web-2', from: NOON + STEP }], 'web-2', 'web'],
  ])('is not one %s', (_, pods, pod, service) => {
    const own = (MIDNIGHT - 2.5 * DAY - NOON) / STEP;
    expect(countOf(replaced(pods), pod, service)).toBe(own);
  });

  it('is none where the metric has no lineage', () => {
    const memory = replaced([old, { pod: 'web-2', from: NOON + STEP }], 1, false);
    expect(countOf(memory, 'web-2')).toBe((MIDNIGHT - 2.5 * DAY - NOON) / STEP);
  });

  it('takes over from one each, where several are replaced at once', () => {
    const pods = [
      old,
      { pod: 'web-2', until: NOON },
      ...['web-3', 'web-4'].map((pod) => ({ pod, from: NOON + STEP })),
    ];
    const memory = replaced(pods);
    const keys = ['web-3', 'web-4'].map((pod) => memory.series.get(`{pod="${pod}",service="web"}`)!.modelKey);
    expect(keys.toSorted()).toEqual(['{pod="web-1",service="web"}', '{pod="web-2",service="web"}']);
  });

  it('is the same however many steps a tick has to catch up', () => {
    const pods = [old, { pod: 'web-2', from: NOON + 5 * STEP }];
    const key = '{pod="web-2",service="web"}';
    const [one, many] = [1, 40].map((steps) => replaced(pods, steps).series.get(key)!);
    expect(encodeSeries(rarity, [many!.state as never])).toEqual(encodeSeries(rarity, [one!.state as never]));
  });

  it('is known as such in a state that was stored', () => {
    const memory = replaced([old, { pod: 'web-2', from: NOON + STEP }]);
    const stored = { sequence: 1, metrics: new Map([['cpu', memory]]), outbox: [], spool: [] };
    const read = decodeShardState(encodeShardState(stored)).metrics.get('cpu')!;
    expect([...read.series.values()].map(({ modelKey }) => modelKey)).toEqual([
      undefined,
      '{pod="web-1",service="web"}',
    ]);
  });

  it('leaves an open incident to the one that it began in', () => {
    const memory = replaced([old]);
    memory.series.get('{pod="web-1",service="web"}')!.state.policy.isOpen = true;
    const startSeconds = memory.watermarkSeconds + STEP;
    const window = { startSeconds, endSeconds: startSeconds, skippedSeconds: 0 };
    const found = deployed(startSeconds, startSeconds, [{ pod: 'web-2' }]);
    scoreMetric({ ...metric, lineage: ['service'] }, memory, window, found, noBaselines, false);
    const isOpen = [...memory.series.values()].map(({ state }) => state.policy.isOpen);
    expect(isOpen).toEqual([true, false]);
  });
});
