import type { Detector } from '../detector/detector.ts';
import type { Score } from '../detector/score.ts';

/** A detector's scores, sample by sample; undefined where it gave none. */
export type RecordedScores = readonly (Score | undefined)[];

/** A detector that also records its scores. */
export function recording<State>(detector: Detector<State>, scores: (Score | undefined)[]): Detector<State> {
  return {
    ...detector,
    step(state, sample, context) {
      const score = detector.step(state, sample, context);
      scores.push(score);
      return score;
    },
  };
}

/** A recording and the position in it. */
export interface RecordingPosition {
  scores: RecordedScores;
  calls: number;
}

/**
 * A detector that repeats recorded scores, call by call. Scores do not depend on the alert policy's settings,
 * so a history is scored once and decided once for each settings to compare.
 */
export function replaying(
  { name, alerting }: Pick<Detector<never>, 'name' | 'alerting'>,
  scores: RecordedScores,
): Detector<RecordingPosition> {
  return {
    name,
    alerting,
    start: () => ({ scores, calls: 0 }),
    step(position) {
      position.calls += 1;
      return position.scores[position.calls - 1];
    },
    adoptBaseline: () => {},
    encode: (positions) => positions.map(({ calls }) => calls),
    decode: () => [],
  };
}
