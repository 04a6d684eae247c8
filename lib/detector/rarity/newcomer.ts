import { HISTOGRAM_COUNT } from './log-histogram.ts';
import { emptyState, type RarityState } from './state.ts';
import { stepConstants } from './step-constants.ts';

/** What siblings say counts as much as this much history of the series' own: within days its own wins. */
const BORROWED_SECONDS = 86_400;
/** A younger series knows too little itself, and all of them together must have seen so much. */
const LEAST_SIBLING_SECONDS = 6 * 3600;
const LEAST_TOGETHER_SECONDS = 2 * 86_400;
/** Siblings whose scales differ by more than this factor from the median, on average, have no common habit. */
const MOST_DISAGREEMENT = 2;
/** Levels that differ by less need no scaling. */
const EQUAL_LEVELS = 1.5;
/** A first value says what a series' level is only where levels are this many spreads away from zero. */
const LEAST_LEVEL_SPREADS = 2;

/**
 * The state that a new series of a metric begins with: what is usual for its siblings. Their histograms are pooled with equal
 * weights; scales and extremes are medians. Where spreads follow levels, the scales are held relative to the level and take the new
 * series' own with its first value. Levels are its own from the beginning.
 *
 * @param siblings states of series of the same metric and step; those younger than six hours are left out.
 * @returns a state without samples; undefined where they have not seen two days together, or scales differ too much to say anything.
 */
export function newcomerOf(siblings: readonly RarityState[]): RarityState | undefined {
  const grown = siblings.filter((state) => ageOf(state) >= LEAST_SIBLING_SECONDS && state.variance > 0);
  const [first] = grown;
  const togetherSeconds = grown.reduce((sum, state) => sum + ageOf(state), 0);
  if (first === undefined || togetherSeconds < LEAST_TOGETHER_SECONDS) return undefined;
  const level = commonLevelOf(grown);
  const units = grown.map(({ mean }) => (level === 0 ? 1 : Math.abs(mean) / level));
  const scaled = (of: (state: RarityState) => number) =>
    grown.map((state, index) => of(state) / units[index]!);
  const spreads = scaled(({ variance }) => Math.sqrt(variance));
  if (disagreementOf(spreads) > MOST_DISAGREEMENT) return undefined;
  const { stepSeconds, rules, forgetting } = first.constants;
  const state = emptyState(stepConstants(stepSeconds, rules));
  state.borrowed = BORROWED_SECONDS / stepSeconds;
  state.mean = level;
  state.variance = medianOf(spreads) ** 2;
  state.innovationScale = medianOf(scaled(({ innovationScale }) => innovationScale));
  state.differenceScale = medianOf(scaled(({ differenceScale }) => differenceScale));
  state.deviationScale = medianOf(scaled(({ deviationScale }) => deviationScale));
  state.changes = medianOf(grown.map((one) => shareOfChanges(one, forgetting))) * state.borrowed;
  state.highest[0] = medianOf(scaled(({ highest, mean }) => Math.max(...highest) - mean));
  state.lowest[0] = medianOf(scaled(({ lowest, mean }) => Math.min(...lowest) - mean));
  poolHistograms(state, grown);
  return state;
}

/**
 * Gives what was borrowed the size of the new series. For a series that began alone it changes nothing.
 *
 * @param state without samples; its extremes are distances from the level.
 * @param value the first value, adjusted.
 */
export function settle(state: RarityState, value: number): void {
  if (state.borrowed === 0) return;
  const factor = state.mean === 0 ? 1 : Math.abs(value) / state.mean;
  state.variance *= factor * factor;
  state.innovationScale *= factor;
  state.differenceScale *= factor;
  state.deviationScale *= factor;
  state.highest[0] = value + factor * state.highest[0]!;
  state.lowest[0] = value + factor * state.lowest[0]!;
}

/** The level that scales are held for; 0 where they do not follow it. */
function commonLevelOf(grown: readonly RarityState[]): number {
  const levels = grown.map(({ mean }) => Math.abs(mean));
  if (grown.some(({ mean, variance }) => Math.abs(mean) < LEAST_LEVEL_SPREADS * Math.sqrt(variance)))
    return 0;
  if (disagreementOf(levels) < EQUAL_LEVELS) return 0;
  const spreads = grown.map(({ variance }) => Math.sqrt(variance));
  const relative = spreads.map((spread, index) => spread / levels[index]!);
  return disagreementOf(relative) < disagreementOf(spreads) ? medianOf(levels) : 0;
}

/** By which factor positive numbers differ from their median, as a geometric mean; at least 1. */
function disagreementOf(numbers: readonly number[]): number {
  const median = medianOf(numbers);
  const sum = numbers.reduce((total, number) => total + Math.abs(Math.log(number / median)), 0);
  return Math.exp(sum / numbers.length);
}

function ageOf({ firstSeconds, lastSeconds }: RarityState): number {
  return lastSeconds - firstSeconds;
}

/** The share of samples that differ from the one before, by the decayed count. */
function shareOfChanges({ changes, count }: RarityState, forgetting: number): number {
  return (changes * forgetting) / (1 - (1 - forgetting) ** count);
}

function poolHistograms({ histograms, borrowed }: RarityState, grown: readonly RarityState[]): void {
  for (const { histograms: own } of grown) {
    const share = borrowed / (grown.length * own.weight);
    for (let index = 0; index < own.survival.length; index += 1)
      histograms.survival[index]! += own.survival[index]! * share;
    for (let histogram = 0; histogram < HISTOGRAM_COUNT; histogram += 1)
      histograms.tops[histogram] = Math.max(histograms.tops[histogram]!, own.tops[histogram]!);
  }
  histograms.weight = borrowed;
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
