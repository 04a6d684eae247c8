import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import { distanceWithin, objectionsToFirst, objectionsToReplacing } from '../../evaluation/promotion-gate.ts';
import type { FittedModel } from '../../models/model-set.ts';
import { holdoutTrial } from './holdout-trial.ts';
import { figure, type Rehearsal } from './rehearsal.ts';
import type { SharedWork } from './shared-work.ts';

/** The model that a series has now. */
export interface SeriesChampion {
  /** With the version that it comes from. */
  readonly fitted: FittedModel & { readonly carriedFrom: string };
  /** It was fitted with other settings than today's. */
  readonly isOfOtherSettings: boolean;
}

/** How far a new model may lead away from one that is known. */
export interface DepartureLimit {
  readonly from: FittedModel;
  /** Root mean square of the distance in the time ahead, in the unit of the value. */
  readonly most: number;
}

/** What was found when candidate and champion were held against the held-out end. */
export interface CandidateJudgement {
  readonly candidate: HoldoutScores;
  /** Undefined when there is none, or when it can't be judged on what it has learnt. */
  readonly champion: HoldoutScores | undefined;
  /** What speaks against the candidate; none when it may be used. */
  readonly objections: readonly string[];
  /** What speaks for it. */
  readonly praise: string;
  readonly leash: DepartureLimit;
  /** What speaks against using another model, one that knows the held-out end, in place of the champion. */
  objectionsTo(fitted: FittedModel): readonly string[];
}

/** A champion that has learnt more than this share of the held-out samples can't be judged on them. */
const MOST_SEEN = 0.5;

/**
 * What a champion says of the time ahead counts for so long after the end of its history; a verdict calls it stale then.
 * Else one that the series has left behind would keep out every model that follows the series.
 */
const LONGEST_LEASH_SECONDS = 7 * 86_400;

/**
 * Holds a rehearsed model and the champion against the held-out end: their bands, and by replay what the detector would
 * have told with either.
 *
 * @param monitor with the step of the samples.
 */
export function judgeCandidate(
  rehearsal: Rehearsal,
  champion: SeriesChampion | undefined,
  monitor: SeriesMonitor<unknown>,
  shared: SharedWork,
): CandidateJudgement {
  const { heldOut, before, fitted, terms } = rehearsal;
  const seen = champion === undefined ? 0 : seenShareOf(champion.fitted, heldOut.timesSeconds);
  if (champion === undefined || seen > MOST_SEEN)
    return judgeAlone(rehearsal, champion, seen, monitor, shared);
  const trial = holdoutTrial(monitor, before, heldOut, champion.fitted, terms.level, shared);
  const scores = trial(champion.fitted);
  const candidate = trial(fitted);
  return {
    candidate,
    champion: scores,
    objections: objectionsToReplacing(candidate, scores, terms),
    praise: `no worse than the champion: ${inShort(candidate)}, error ${figure(scores.error)} before`,
    // Who changes the settings wants another model.
    leash:
      champion.isOfOtherSettings || isOutOfDate(champion.fitted, heldOut.timesSeconds)
        ? { from: fitted, most: distanceWithin(candidate, candidate, terms) }
        : { from: champion.fitted, most: distanceWithin(candidate, scores, terms) },
    objectionsTo: (other) => objectionsToReplacing(trial(other), scores, terms),
  };
}

/**
 * Without a champion, or with one that has learnt what is held out, and knows it best: with other settings nothing can
 * be compared then, and the candidate is a first model; with the same ones the champion stays.
 */
function judgeAlone(
  { heldOut, before, fitted, terms }: Rehearsal,
  champion: SeriesChampion | undefined,
  seen: number,
  monitor: SeriesMonitor<unknown>,
  shared: SharedWork,
): CandidateJudgement {
  const candidate = holdoutTrial(monitor, before, heldOut, fitted, terms.level, shared)(fitted);
  const isFirst = champion === undefined || champion.isOfOtherSettings;
  const what = champion === undefined ? 'the first model of this series' : 'the settings have changed';
  return {
    candidate,
    champion: undefined,
    objections: isFirst
      ? objectionsToFirst(candidate, terms.level)
      : [`the champion has learnt ${(100 * seen).toFixed(0)}% of the held-out samples already`],
    praise: `${what}: ${inShort(candidate)}`,
    leash: { from: fitted, most: distanceWithin(candidate, candidate, terms) },
    objectionsTo: () => [],
  };
}

function inShort({ error, coverage, falseAlertsPerWeek = 0 }: HoldoutScores): string {
  return `error ${figure(error)}, ${(100 * coverage).toFixed(1)}% inside the band, ${figure(falseAlertsPerWeek)} alerts a week`;
}

function isOutOfDate({ trainedUntilSeconds }: FittedModel, timesSeconds: Float64Array): boolean {
  return (timesSeconds.at(-1) ?? 0) - trainedUntilSeconds > LONGEST_LEASH_SECONDS;
}

function seenShareOf({ trainedUntilSeconds }: FittedModel, timesSeconds: Float64Array): number {
  return timesSeconds.filter((time) => time <= trainedUntilSeconds).length / timesSeconds.length;
}
