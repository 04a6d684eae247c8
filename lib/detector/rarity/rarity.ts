import type { Baseline } from '../../series/band.ts';
import type { Sample } from '../../series/samples.ts';
import type { Detector, ScoringContext } from '../detector.ts';
import type { Score } from '../score.ts';
import { alertBand } from './alert-band.ts';
import { ceilingAt, combine, emptyCombination } from './combination.ts';
import { log10 } from './decades.ts';
import { deviationOf, deviationSurprise, learnDeviation } from './deviation.ts';
import type { Distances } from './distances.ts';
import { evidenceOf } from './evidence.ts';
import {
  differenceOf,
  differenceSurprise,
  fastSurprise,
  innovationOf,
  innovationSurprise,
  learnFast,
} from './fast.ts';
import { continueRun, flatSurprise, learnFlat, stuckRunOf } from './flat.ts';
import { jumpEvidence, rememberJump } from './jump-evidence.ts';
import { learnScales } from './learning.ts';
import { learnLevel, levelDistanceOf, levelSurprise } from './level.ts';
import { beginLearning } from './log-histogram.ts';
import { newcomerOf, settle } from './newcomer.ts';
import { emptyOutlook, lookAhead } from './outlook.ts';
import { learnRange, rangeDistanceOf, rangeSurprise, rememberExtremes } from './range.ts';
import { type Rules, VERSION_8 } from './rules.ts';
import { emptyState, pushWindow, type RarityState, reseed, seed } from './state.ts';
import { decodeStates, encodeStates } from './state-codec.ts';
import { stepConstants } from './step-constants.ts';

const NAME = 'rarity';
/** The estimates of scale have settled. */
const SCORED_FROM_POINTS = 20;
/** Before it, distances are in units of nothing yet. */
const HISTOGRAMS_FROM_POINTS = 5;
/** The seasonal part is used only if it explains more than this share; .05 to .4 were equal. */
const SEASONAL_SKILL_GATE = 0.1;
/**
 * Strong anomalies teach the histograms at a quarter of the weight: incidents that recur stay visible, and yet a new
 * regime is learnt.
 */
const STRONG_SCORE = 0.9;
const STRONG_WEIGHT = 0.25;
const FULL_CONFIDENCE_SECONDS = 2 * 86_400;

/** Room for one sample's numbers: filled and read within one call of `step`, so that it allocates only what it returns. */
const outlook = emptyOutlook();
const combination = emptyCombination();
const distances: Distances = {
  innovation: 0,
  difference: 0,
  level: 0,
  range: 0,
  deviation: 0,
  jump: 0,
  stuckRun: 0,
};

/**
 * The product's detector: five channels ask how rare the sample is in the series' own history (a jump, a shifted level, a
 * record, a stuck value, a deviation from the usual at this time of day), and their answers are added up as false
 * alerts per week. See docs/how-the-detector-decides.md.
 */
export const rarity: Detector<RarityState> = rarityWith(VERSION_8);

/** The same by other rules: version 7, whose every score the golden vectors hold, is compared with. */
export function rarityWith(rules: Rules): Detector<RarityState> {
  return {
    name: NAME,
    alerting: 'policy',
    start: (stepSeconds) => emptyState(stepConstants(stepSeconds, rules)),
    newcomer: newcomerOf,
    step,
    adoptBaseline,
    encode: encodeStates,
    decode: (encoded) => decodeStates(NAME, encoded, rules),
  };
}

function step(state: RarityState, sample: Sample, context: ScoringContext): Score | undefined {
  const { timeSeconds, value } = sample;
  if (!Number.isFinite(value) || timeSeconds <= state.lastSeconds) return undefined;
  const { baseline } = context;
  const hasSeasonal = baseline !== undefined && context.seasonalSkill > SEASONAL_SKILL_GATE;
  const seasonal = hasSeasonal ? baseline.seasonal : 0;
  const adjusted = value - seasonal;
  prepare(state, timeSeconds, value, adjusted, hasSeasonal);
  lookAhead(outlook, state, seasonal);
  measure(state, value, adjusted);
  const endedRun = continueRun(state, value);
  distances.stuckRun = stuckRunOf(state);
  const score = state.count >= SCORED_FROM_POINTS ? judge(state, sample, context) : undefined;
  if (state.count >= HISTOGRAMS_FROM_POINTS) {
    learnHistograms(state, endedRun, score === undefined ? 1 : learningWeightOf(score.score));
  }
  rememberJump(state, distances.innovation);
  learnScales(state, adjusted, outlook);
  pushWindow(state, adjusted);
  rememberExtremes(state, timeSeconds, value);
  state.lastAdjusted = adjusted;
  state.lastValue = value;
  state.lastSeasonal = seasonal;
  state.lastSeconds = timeSeconds;
  state.count += 1;
  return score;
}

function prepare(
  state: RarityState,
  timeSeconds: number,
  value: number,
  adjusted: number,
  hasSeasonal: boolean,
): void {
  if (state.count === 0) {
    settle(state, adjusted);
    seed(state, timeSeconds, value, adjusted, hasSeasonal);
  } else if (
    timeSeconds - state.lastSeconds > state.constants.gapSeconds ||
    hasSeasonal !== state.hasSeasonal
  )
    reseed(state, adjusted, hasSeasonal);
}

function measure(state: RarityState, value: number, adjusted: number): void {
  distances.innovation = innovationOf(state, outlook, adjusted);
  distances.difference = differenceOf(state, outlook, adjusted);
  distances.level = levelDistanceOf(state, outlook, adjusted);
  distances.range = rangeDistanceOf(state, outlook, value);
  distances.deviation = deviationOf(state, outlook, adjusted);
}

function judge(state: RarityState, { timeSeconds, value }: Sample, context: ScoringContext): Score {
  const { histograms } = state;
  const innovation = innovationSurprise(histograms, distances.innovation);
  const difference = differenceSurprise(histograms, distances.difference);
  // A rebound that stays below what was expected is no jump upwards: the sentence and the direction are those of the innovation.
  const isOneWay = distances.difference * distances.innovation > 0;
  distances.jump = difference > innovation && isOneWay ? distances.difference : distances.innovation;
  combination.fast = fastSurprise(innovation, difference, distances.deviation);
  combination.level = levelSurprise(histograms, distances.level);
  combination.range = rangeSurprise(histograms, distances.range);
  combination.flat = flatSurprise(histograms, distances.stuckRun);
  combination.deviation = deviationSurprise(histograms, distances.deviation);
  combination.jump = jumpEvidence(distances.innovation);
  combination.levelJump =
    outlook.recentJump > Math.abs(distances.innovation) ? jumpEvidence(outlook.recentJump) : combination.jump;
  combine(combination, histograms, distances, state.constants, outlook);
  const ageSeconds = timeSeconds - state.firstSeconds;
  const ceiling = ceilingAt(ageSeconds + state.borrowed * state.constants.stepSeconds);
  const score = log10(Math.min(ceiling, combination.rarity));
  return {
    score,
    spikeScore: log10(Math.min(ceiling, combination.spikeRarity)),
    confidence: Math.min(1, ageSeconds / FULL_CONFIDENCE_SECONDS),
    band: context.skipBand === true ? undefined : alertBand(state, outlook, context.threshold),
    evidence: evidenceOf(state, outlook, distances, combination, value, ageSeconds, learningWeightOf(score)),
  };
}

function learningWeightOf(score: number): number {
  return score >= STRONG_SCORE ? STRONG_WEIGHT : 1;
}

/** Called after the score, so that the histograms a point is judged by never contain it. */
function learnHistograms(state: RarityState, endedRun: number, weight: number): void {
  const { histograms } = state;
  beginLearning(histograms, state.constants.forgetting, weight);
  learnFast(histograms, distances.innovation, distances.difference, weight);
  learnLevel(histograms, distances.level, weight);
  learnRange(histograms, distances.range, weight);
  learnDeviation(histograms, distances.deviation, weight);
  learnFlat(histograms, endedRun, weight);
}

/** The online level stays where it was: only what is held without the season moves, by how much the season did. */
function adoptBaseline(state: RarityState, baselineAt: (timeSeconds: number) => Baseline): void {
  if (!state.hasSeasonal) return;
  const shift = state.lastSeasonal - baselineAt(state.lastSeconds).seasonal;
  state.lastSeasonal -= shift;
  state.lastAdjusted += shift;
  state.fastLevel += shift;
  for (let index = 0; index < state.window.length; index += 1) state.window[index]! += shift;
}
