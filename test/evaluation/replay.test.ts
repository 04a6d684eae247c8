import { describe, expect, it } from 'vitest';
import type { Detector, ScoringContext } from '../../lib/detector/detector.ts';
import { startSeries } from '../../lib/detector/monitor-series.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { type ModelInUse, type Replay, replay } from '../../lib/evaluation/replay.ts';
import type { Sample } from '../../lib/series/samples.ts';
import { flatModel, scoreOf } from './judged-series.ts';

const STEP_SECONDS = 60;
const ROWS = 10;
const samples = {
  timesSeconds: Float64Array.from({ length: ROWS }, (_, row) => row * STEP_SECONDS),
  values: Float64Array.from({ length: ROWS }, (_, row) => 100 + row),
};

interface Call {
  readonly value: number;
  readonly expected: number | undefined;
  readonly seasonalSkill: number;
}

/** A detector that notes each sample with its context, and the expected value of each model that it changes to. */
function noting() {
  const calls: Call[] = [];
  const adopted: { readonly afterCalls: number; readonly expected: number }[] = [];
  const detector: Detector<object> = {
    name: 'noting',
    alerting: 'plain',
    start: () => ({}),
    step(_, { value }: Sample, { baseline, seasonalSkill }: ScoringContext) {
      calls.push({ value, expected: baseline?.expected, seasonalSkill });
      return scoreOf(value === 107 ? 3 : -9);
    },
    adoptBaseline(_, baselineAt) {
      adopted.push({ afterCalls: calls.length, expected: baselineAt(0).expected });
    },
    encode: () => [],
    decode: () => [],
  };
  return { calls, adopted, detector };
}

function replayed(models: readonly ModelInUse[], part: Partial<Replay> = {}) {
  const { calls, adopted, detector } = noting();
  const monitor = { detector, settings: defaultDetectionSettings, stepSeconds: STEP_SECONDS };
  const verdicts: [row: number, kind: string, notifications: number][] = [];
  // A series of which a sample was seen before: only what is remembered has to change to another model.
  replay(monitor, { ...startSeries(monitor), lastSeconds: -STEP_SECONDS }, samples, models, {
    firstRow: 0,
    endRow: ROWS,
    after: (row, { verdict, events }) => verdicts.push([row, verdict.kind, events.length]),
    ...part,
  });
  return { calls, adopted, verdicts };
}

/** Baselines differ by row: the first row of the model gets `first`, the next one more by one. */
function rising(firstRow: number, endRow: number, first: number, seasonalSkill: number): ModelInUse {
  const model = flatModel(firstRow, endRow, first, 5, seasonalSkill);
  return {
    ...model,
    forecast: { ...model.forecast, expected: model.forecast.expected.map((_, at) => first + at) },
  };
}

describe('a replay', () => {
  it('gives each sample the baseline and the skill of the model in use, and none where there is no model', () => {
    const { calls } = replayed([rising(2, 4, 10, 0.3), rising(5, 8, 50, 0.9)]);
    expect(calls.map(({ value }) => value)).toEqual([...samples.values]);
    const none = undefined;
    expect(calls.map(({ expected }) => expected)).toEqual([none, none, 10, 11, none, 50, 51, 52, none, none]);
    expect(calls.map(({ seasonalSkill }) => seasonalSkill)).toEqual([0, 0, 0.3, 0.3, 0, 0.9, 0.9, 0.9, 0, 0]);
  });

  it('changes to each model but the first at its first row, before that row is scored', () => {
    const models = [flatModel(2, 4, 10), flatModel(4, 8, 20), flatModel(9, 10, 30)];
    expect(replayed(models).adopted).toEqual([
      { afterCalls: 4, expected: 20 },
      { afterCalls: 9, expected: 30 },
    ]);
  });

  it('begins in the middle with the model of that row, without a change to it unless it begins there', () => {
    const models = [flatModel(0, 4, 10), flatModel(4, 8, 20)];
    const inside = replayed(models, { firstRow: 5, endRow: 9 });
    expect(inside.calls.map(({ expected }) => expected)).toEqual([20, 20, 20, undefined]);
    expect(inside.adopted).toEqual([]);
    expect(replayed(models, { firstRow: 4, endRow: 6 }).adopted).toEqual([{ afterCalls: 0, expected: 20 }]);
    const after = replayed(models, { firstRow: 8 });
    expect(after.calls.map(({ expected }) => expected)).toEqual([undefined, undefined]);
  });

  it('replays given values from its first row on, and the samples’ own after them', () => {
    const { calls, verdicts } = replayed([], {
      firstRow: 3,
      endRow: 8,
      values: Float64Array.of(1, Number.NaN, 2),
    });
    expect(calls.map(({ value }) => value)).toEqual([1, 2, 106, 107]);
    expect(verdicts).toEqual([
      [3, 'normal', 0],
      [4, 'no-data', 0],
      [5, 'normal', 0],
      [6, 'normal', 0],
      [7, 'anomaly', 1],
    ]);
  });

  it('announces each row before its sample is scored', () => {
    const { calls, detector } = noting();
    const monitor = { detector, settings: defaultDetectionSettings, stepSeconds: STEP_SECONDS };
    const callsBefore: [row: number, calls: number][] = [];
    const part = { firstRow: 6, endRow: 9, after: () => {} };
    replay(monitor, startSeries(monitor), samples, [], {
      ...part,
      before: (row) => callsBefore.push([row, calls.length]),
    });
    expect(callsBefore).toEqual([
      [6, 0],
      [7, 1],
      [8, 2],
    ]);
  });
});
