import type { Channel, Evidence } from '../score.ts';
import type { Combination } from './combination.ts';
import { windowMeanOf } from './level.ts';
import type { Outlook } from './outlook.ts';
import type { RarityState } from './state.ts';

/** The signed distances of one sample, by channel. Reused for every sample. */
export interface Distances {
  innovation: number;
  difference: number;
  level: number;
  range: number;
  deviation: number;
  /** Of innovation and difference: the one that is more surprising. */
  jump: number;
  stuckRun: number;
}

/** What the leading channel saw, before the sample is learnt. */
export function evidenceOf(
  state: RarityState,
  outlook: Outlook,
  distances: Distances,
  combination: Combination,
  value: number,
  ageSeconds: number,
): Evidence {
  const channel = combination.leader;
  const adjusted = value - outlook.seasonal;
  const usualNow = state.mean + outlook.seasonal;
  const isLevel = channel === 'level';
  const predicted = state.fastLevel + outlook.seasonal;
  const windowMean = windowMeanOf(outlook, adjusted);
  return {
    channel,
    surprise: combination[channel],
    direction: directionOf(channel, distances),
    observed: isLevel ? windowMean : value,
    usual: usualOf(channel, distances, outlook, predicted, usualNow, state.mean),
    deviation: deviationOf(channel, value - predicted, adjusted - state.mean, windowMean - state.mean),
    level: state.mean,
    spread: outlook.spread,
    hasTimeOfDay: state.hasSeasonal,
    points: isLevel ? outlook.windowLength : channel === 'flat' ? distances.stuckRun : 1,
    ageSeconds,
  };
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
