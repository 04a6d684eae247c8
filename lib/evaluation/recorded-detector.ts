import type { Detector } from '../detector/detector.ts';
import type { Score } from '../detector/score.ts';

/** What a detector said, sample by sample; undefined where it said nothing. */
export type RecordedScores = readonly (Score | undefined)[];

/** The detector, that also notes each thing it says. */
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

/** Which recording is spoken from, and how much of it has been said. */
export interface RecordingPosition {
  scores: RecordedScores;
  calls: number;
}

/**
 * A detector that says again what another one said, call by call. Scores do not depend on the alert policy's settings, so
 * a history is scored once and decided as often as there are settings to compare.
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
