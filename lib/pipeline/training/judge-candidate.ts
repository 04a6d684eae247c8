import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import { distanceWithin, objectionsToFirst, objectionsToReplacing } from '../../evaluation/promotion-gate.ts';
import type { FittedModel } from '../../models/model-set.ts';
import { holdoutTrial } from './holdout-trial.ts';
import { figure, type Rehearsal } from './rehearsal.ts';
import type { SharedWork } from './shared-work.ts';

/** The current model of a series. */
export interface SeriesChampion {
  /** With the version in which it was fitted. */
  readonly fitted: FittedModel & { readonly carriedFrom: string };
  /** True when it was fitted with settings that have changed since. */
  readonly isOfOtherSettings: boolean;
}

/** How far a new model's forecast may differ from a reference model's. */
export interface DepartureLimit {
  readonly from: FittedModel;
  /** Maximum root mean square difference on the next day, in the unit of the value. */
  readonly most: number;
}

/** The comparison of candidate and champion on the held-out end. */
export interface CandidateJudgement {
  readonly candidate: HoldoutScores;
  /** Undefined without a champion, or when it has learnt the held-out samples. */
  readonly champion: HoldoutScores | undefined;
  /** Reasons against the candidate; empty when it may be used. */
  readonly objections: readonly string[];
  /** The reason for the candidate. */
  readonly approval: string;
  readonly departureLimit: DepartureLimit;
  /** Reasons against replacing the champion with another model, fitted with the held-out end. */
  objectionsTo(fitted: FittedModel): readonly string[];
}

/** A champion that has learnt more than this share of the held-out samples is not judged on them. */
const MOST_SEEN = 0.5;

/**
 * A champion's forecast is a reference until this long after the end of its history, when verdicts call it stale.
 * Otherwise an outdated champion would keep out every model that follows the series.
 */
const REFERENCE_SECONDS = 7 * 86_400;

/**
 * Compares a rehearsed model with the champion on the held-out end: their bands, and the detector's alerts with each, by
 * replay.
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
    approval: `no worse than the champion: ${summaryOf(candidate)}, error ${figure(scores.error)} before`,
    // Changed settings ask for a different model.
    departureLimit:
      champion.isOfOtherSettings || isOutOfDate(champion.fitted, heldOut.timesSeconds)
        ? { from: fitted, most: distanceWithin(candidate, candidate, terms) }
        : { from: champion.fitted, most: distanceWithin(candidate, scores, terms) },
    objectionsTo: (other) => objectionsToReplacing(trial(other), scores, terms),
  };
}

/**
 * Judges without a champion, or with one that has learnt the held-out samples: with changed settings the candidate counts
 * as a first model, with the same settings the champion stays.
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
      : [`the champion has already learnt ${(100 * seen).toFixed(0)}% of the held-out samples`],
    approval: `${what}: ${summaryOf(candidate)}`,
    departureLimit: { from: fitted, most: distanceWithin(candidate, candidate, terms) },
    objectionsTo: () => [],
  };
}

function summaryOf({ error, coverage, falseAlertsPerWeek = 0 }: HoldoutScores): string {
  return `error ${figure(error)}, ${(100 * coverage).toFixed(1)}% inside the band, ${figure(falseAlertsPerWeek)} alerts a week`;
}

function isOutOfDate({ trainedUntilSeconds }: FittedModel, timesSeconds: Float64Array): boolean {
  return (timesSeconds.at(-1) ?? 0) - trainedUntilSeconds > REFERENCE_SECONDS;
}

function seenShareOf({ trainedUntilSeconds }: FittedModel, timesSeconds: Float64Array): number {
  return timesSeconds.filter((time) => time <= trainedUntilSeconds).length / timesSeconds.length;
}
