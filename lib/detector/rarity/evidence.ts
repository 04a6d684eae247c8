import type { Channel, Evidence } from '../score.ts';
import type { Combination } from './combination.ts';
import { deviationHistogram } from './deviation.ts';
import type { Distances } from './distances.ts';
import { differenceHistogram, innovationHistogram } from './fast.ts';
import { MOST_JUMP_LOSS } from './jump-evidence.ts';
import { windowMeanOf } from './level.ts';
import { HISTOGRAMS, type LogHistograms, weightBeyond } from './log-histogram.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';

/** A jump decided when without it the finding would count a tenth. */
const DECISIVE_DECADES = 1;

/**
 * What the leading channel saw, before the sample is learnt.
 *
 * @param learningWeight the weight at which the sample will be learnt; > 0.
 */
export function evidenceOf(
  state: RarityState,
  outlook: Outlook,
  distances: Distances,
  combination: Combination,
  value: number,
  ageSeconds: number,
  learningWeight: number,
): Evidence {
  const channel = combination.leader;
  const adjusted = value - outlook.seasonal;
  const usualNow = state.mean + outlook.seasonal;
  const isLevel = channel === 'level';
  const predicted = state.fastLevel + outlook.seasonal;
  const windowMean = windowMeanOf(outlook, adjusted);
  const { histograms } = state;
  return {
    channel,
    surprise: combination[channel],
    // Some of what lay as far out was learnt at the weight that this sample will be, some in full: this lies in the middle.
    comparablePoints: comparableWeight(channel, distances, histograms) / Math.sqrt(learningWeight),
    historyPoints: histograms.weight * histograms.decay,
    decisiveJump: decisiveJump(channel, distances, combination, outlook, state.constants.levelJumpShare),
    direction: directionOf(channel, distances),
    observed: isLevel ? windowMean : value,
    usual: usualOf(channel, distances, outlook, predicted, usualNow, state.mean),
    deviation: deviationOf(channel, value - predicted, adjusted - state.mean, windowMean - state.mean),
    level: state.mean,
    spread: outlook.spread,
    hasTimeOfDay: state.hasSeasonal,
    points: isLevel ? outlook.windowLength : channel === 'flat' ? distances.stuckRun : 1,
    isOfSiblings: state.borrowed > state.count,
    ageSeconds,
  };
}

/** How much of the history lay as far out as the leading channel's evidence, on the same side where it has one. */
function comparableWeight(channel: Channel, distances: Distances, histograms: LogHistograms): number {
  switch (channel) {
    case 'fast': {
      const isDifference = distances.jump !== distances.innovation;
      const histogram = isDifference
        ? differenceHistogram(distances.jump)
        : innovationHistogram(distances.jump);
      return weightBeyond(histograms, histogram, Math.abs(distances.jump));
    }
    case 'deviation':
      return weightBeyond(histograms, deviationHistogram(distances.deviation), Math.abs(distances.deviation));
    case 'level':
      return weightBeyond(histograms, HISTOGRAMS.level, Math.abs(distances.level));
    case 'range':
      // That nothing was as high or as low is the finding.
      return 0;
    case 'flat':
      return weightBeyond(histograms, HISTOGRAMS.flat, distances.stuckRun);
  }
}

/** The fast channel's finding is the jump itself, and a stuck value has none. */
function decisiveJump(
  channel: Channel,
  distances: Distances,
  { jump, levelJump }: Combination,
  { recentJump }: Outlook,
  levelShare: number,
): number | undefined {
  if (channel === 'fast' || channel === 'flat') return undefined;
  const size = Math.abs(distances.innovation);
  if (channel === 'level')
    return levelShare * (levelJump + MOST_JUMP_LOSS) >= DECISIVE_DECADES
      ? Math.max(size, recentJump)
      : undefined;
  return jump + MOST_JUMP_LOSS >= DECISIVE_DECADES ? size : undefined;
}

function directionOf(channel: Channel, distances: Distances): 1 | -1 | 0 {
  if (channel === 'flat') return 0;
  const distance = channel === 'fast' ? distances.jump : distances[channel];
  if (distance === 0) return 0;
  return distance > 0 ? 1 : -1;
}

function usualOf(
  channel: Channel,
  distances: Distances,
  outlook: Outlook,
  predicted: number,
  usualNow: number,
  mean: number,
): number {
  if (channel === 'fast') return predicted;
  if (channel === 'level') return mean;
  if (channel === 'range') return distances.range > 0 ? outlook.highest : outlook.lowest;
  return usualNow;
}

/** A record is measured from the usual level too: a hair above an old record may be far from everyday. */
function deviationOf(channel: Channel, fromPrediction: number, fromUsual: number, ofLevel: number): number {
  if (channel === 'fast') return Math.abs(fromPrediction);
  return Math.abs(channel === 'level' ? ofLevel : fromUsual);
}
