import type { Channel } from '../score.ts';
import { boundedRate, countedRunRate, independentRate } from './counted-bound.ts';
import { tenTo } from './decades.ts';
import type { Distances } from './distances.ts';
import { FLAT_JUMP_SHARE } from './jump-evidence.ts';
import { HISTOGRAMS, type LogHistograms } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import { deviationRate, fastRate, flatRate, levelRate, rangeRate } from './rate-maps.ts';
import type { StepConstants } from './step-constants.ts';

/** Where a score is -9 and less, nothing was seen. */
const LEAST_SPIKE_RATE = 1e-9;
/**
 * What a week of history can support, as a rarity per week: 10^1.4. A score of 0 is possible from 6.7 hours on, one of 0.7 from 1.4
 * days.
 */
const CEILING_AFTER_A_WEEK = 10 ** 1.4;
const SECONDS_PER_WEEK = 604_800;

/** Surprises (v) of one sample, one a channel, and what follows from them. Reused for every sample. */
export interface Combination {
  fast: number;
  level: number;
  range: number;
  flat: number;
  deviation: number;
  /** Decades lost for not being a jump, see jump-evidence.ts; -2 to 0. */
  jump: number;
  /** The same by the largest jump of the level's window. */
  levelJump: number;
  /** 10^L before the ceiling: the rarities of all channels added up, and of fast and deviation alone. */
  rarity: number;
  spikeRarity: number;
  leader: Channel;
}

export function emptyCombination(): Combination {
  return {
    fast: 0,
    level: 0,
    range: 0,
    flat: 0,
    deviation: 0,
    jump: 0,
    levelJump: 0,
    rarity: 0,
    spikeRarity: 0,
    leader: 'fast',
  };
}

/**
 * Adds the channels up in the only unit that they share, the weeks that a typical series takes to show as much: the
 * strongest evidence leads and weaker evidence helps. Ties go to the channel that is named first.
 */
export function combine(
  combination: Combination,
  histograms: LogHistograms,
  distances: Distances,
  constants: StepConstants,
  { noisePenalty, independence }: Outlook,
): void {
  const { jump } = combination;
  const { offset, levelJumpShare, rules } = constants;
  const noisyOffset = offset + noisePenalty;
  let fast = fastRate(combination.fast) - noisyOffset;
  let deviation = deviationRate(combination.deviation) - noisyOffset;
  const level = levelRate(combination.level) - noisyOffset + levelJumpShare * combination.levelJump;
  let flat = flatRate(combination.flat) - offset + FLAT_JUMP_SHARE * jump;
  if (independence > 0) {
    fast = boundedRate(fast, independentRate(combination.fast, constants), independence);
    deviation = boundedRate(deviation, independentRate(combination.deviation, constants), independence);
  }
  if (rules.boundsByCount && distances.stuckRun > 0)
    flat = Math.min(flat, countedRunRate(histograms, HISTOGRAMS.flat, distances.stuckRun, constants));
  fast += jump;
  deviation += jump;
  const range = rangeRate(combination.range) - offset + jump;
  const spikes = tenTo(fast) + tenTo(deviation);
  combination.rarity = spikes + tenTo(level) + tenTo(range) + tenTo(flat);
  combination.spikeRarity = spikes + LEAST_SPIKE_RATE;
  let leader: Channel = 'fast';
  let most = fast;
  if (level > most) {
    leader = 'level';
    most = level;
  }
  if (range > most) {
    leader = 'range';
    most = range;
  }
  if (flat > most) {
    leader = 'flat';
    most = flat;
  }
  if (deviation > most) leader = 'deviation';
  combination.leader = leader;
}

/** The rarest claim that a series' age supports, as 10^L. */
export function ceilingAt(ageSeconds: number): number {
  return (CEILING_AFTER_A_WEEK * Math.max(ageSeconds, 1)) / SECONDS_PER_WEEK;
}
