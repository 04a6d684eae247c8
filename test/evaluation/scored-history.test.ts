import { describe, expect, it } from 'vitest';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { recording, replaying } from '../../lib/evaluation/recorded-detector.ts';
import { endRowOf, scoreHistory } from '../../lib/evaluation/scored-history.ts';
import { normalAt } from '../../lib/series/seeded-noise.ts';
import { recordDetector } from '../detector/record-detector.ts';
import { flatModel, outcomeOf, plainDetector, type scoreOf } from './judged-series.ts';

const ROWS = 40;
const samples = {
  timesSeconds: Float64Array.from({ length: ROWS }, (_, row) => row * 60),
  values: Float64Array.from({ length: ROWS }, (_, row) => [0, 1][row] ?? (row === 20 ? 5 : 0.5)),
};
const monitor = { detector: recordDetector, settings: defaultDetectionSettings, stepSeconds: 60 };

function injectionOf(firstIndex: number, values: readonly number[]) {
  const { injection } = outcomeOf('spike', firstIndex, firstIndex + values.length - 1);
  return { ...injection, values: Float64Array.from(values) };
}
const scoresIn = (scores: readonly ({ score: number } | undefined)[]) => scores.map((score) => score?.score);
const quiet = (count: number) => new Array<number>(count).fill(-9);

describe('a scored history', () => {
  it('holds the score and the band of each sample, undefined for the first, of which nothing is known', () => {
    const { scores, bands, injected, stepSeconds } = scoreHistory(monitor, samples, [], []);
    expect(scoresIn(scores)).toEqual([undefined, 9, ...quiet(18), 9, ...quiet(19)]);
    expect(bands[0]).toBeUndefined();
    expect(bands[20]).toEqual({ expected: 0.5, lower: 0, upper: 1 });
    expect(bands[21]).toEqual({ expected: 2.5, lower: 0, upper: 5 });
    expect(bands).toHaveLength(ROWS);
    expect([injected, stepSeconds]).toEqual([[], 60]);
  });

  it('scores each injection from the state before it, to ten samples after its end or the last one', () => {
    const injections = [
      injectionOf(10, [3, 3, 4]),
      injectionOf(10, [2]),
      injectionOf(15, [0.7]),
      injectionOf(37, [6]),
    ];
    const { injected } = scoreHistory(monitor, samples, [], injections);
    expect(injected.map(({ injection }) => injection)).toEqual(injections);
    expect(injected.map(({ scores }) => scoresIn(scores))).toEqual([
      // A record, its repetition, and the next record: with it in mind, the 5 of row 20 is a record too.
      [9, -9, 9, ...quiet(7), 9, ...quiet(2)],
      [9, ...quiet(9), 9],
      [...quiet(5), 9, ...quiet(5)],
      [9, ...quiet(2)],
    ]);
  });

  it('is the same with and without injections: they change nothing but their own copy', () => {
    const rows = 600;
    const long = {
      timesSeconds: Float64Array.from({ length: rows }, (_, row) => row * 300),
      values: Float64Array.from({ length: rows }, (_, row) => 50 + normalAt(3, row)),
    };
    const learning = { detector: rarity, settings: defaultDetectionSettings, stepSeconds: 300 };
    const models = [flatModel(0, 300, 50, 3), flatModel(300, rows, 50.5, 3)];
    const injections = [injectionOf(250, [70, 71, 72]), injectionOf(450, [20, 20])];
    const plain = scoreHistory(learning, long, models, []);
    const disturbed = scoreHistory(learning, long, models, injections);
    expect(disturbed.scores).toEqual(plain.scores);
    expect(disturbed.bands).toEqual(plain.bands);
    // Before an injection changes anything, its samples would score as those of the history.
    const unchanged = injectionOf(450, [long.values[450]!, long.values[451]!]);
    const [copy] = scoreHistory(learning, long, models, [unchanged]).injected;
    expect(copy!.scores).toEqual(plain.scores.slice(450, 462));
    expect(disturbed.injected[1]!.scores[0]!.score).toBeGreaterThan(plain.scores[450]!.score);
  });

  it('ends an injection’s replay with the history', () => {
    const { injection } = outcomeOf('spike', 10, 12);
    expect(endRowOf(injection, samples)).toBe(23);
    expect(endRowOf({ ...injection, lastIndex: 28 }, samples)).toBe(39);
    expect(endRowOf({ ...injection, lastIndex: 35 }, samples)).toBe(ROWS);
  });
});

describe('a recorded detector', () => {
  it('keeps what the recorded one says, and repeats it call by call', () => {
    const scores: (ReturnType<typeof scoreOf> | undefined)[] = [];
    const recorder = recording(recordDetector, scores);
    const state = recorder.start(60);
    const context = { baseline: undefined, seasonalSkill: 0, threshold: 0 };
    const said = [3, 4, 3.5].map((value, row) => recorder.step(state, { timeSeconds: row, value }, context));
    expect(scores).toEqual(said);
    expect(scoresIn(scores)).toEqual([undefined, 9, -9]);

    const player = replaying(plainDetector, scores);
    expect([player.name, player.alerting]).toEqual(['recorded', 'plain']);
    const position = player.start(60);
    const repeated = [0, 1, 2, 3].map((row) =>
      player.step(position, { timeSeconds: row, value: 0 }, context),
    );
    expect(repeated).toEqual([...said, undefined]);
    expect(position.calls).toBe(4);
    expect(player.encode([position])).toEqual([4]);
  });
});
