import type { Band } from '../series/band.ts';

/** What part of the evidence led: which sentence an alert shows. */
export type Channel = 'fast' | 'level' | 'range' | 'flat' | 'deviation';

/** The leading channel's evidence, as it stood before the sample was learnt: the numbers of the explanation and of the filters. */
export interface Evidence {
  readonly channel: Channel;
  /** -log10 of the probability per point in the series' own history: 4 is "one of 10,000 points". */
  readonly surprise: number;
  /**
   * Points of the series' own history that lay at least about as far out, and all points that it remembers, both by weight: older ones
   * count less. Undefined for a detector that counts nothing.
   */
  readonly comparablePoints?: number | undefined;
  readonly historyPoints?: number | undefined;
  /** The size of the jump to this point in usual ones, where it made the finding at least ten times rarer; else undefined. */
  readonly decisiveJump?: number | undefined;
  /** Which way the value went: 1 up, -1 down, 0 for evidence without a direction. */
  readonly direction: 1 | -1 | 0;
  /** What was looked at, in the unit of the value: the value, or (level) the mean of the last points. */
  readonly observed: number;
  /** What the same usually is: the prediction, the long level, the former extreme. */
  readonly usual: number;
  /** Distance from the expected that the minimum deviation is held against, in the unit of the value; >= 0. */
  readonly deviation: number;
  /** The level that a relative minimum deviation is a share of, in the unit of the value. */
  readonly level: number;
  /** The usual spread around the level, in the unit of the value; >= 0. */
  readonly spread: number;
  /** What is usual was known for this time of the day and week, and not only on the whole. */
  readonly hasTimeOfDay: boolean;
  /** Points that the evidence is made of: the level's window, the stuck run; 1 for a single point. */
  readonly points: number;
  /** What is usual was mostly learnt from the other series of the metric. */
  readonly isOfSiblings?: boolean | undefined;
  /** Time since the series' first sample. */
  readonly ageSeconds: number;
}

/** What a detector says of one sample, from what it had learnt before that sample. */
export interface Score {
  /** L = -log10(expected false alerts per week of a typical series at this level); -9 or less is nothing. */
  readonly score: number;
  /** The same for the channels that see single points (spikes) only. */
  readonly spikeScore: number;
  /** 0 to 1: how much history stands behind the score. */
  readonly confidence: number;
  /**
   * What was expected of the sample; a value at or beyond `lower` or `upper` would alert at the threshold in force. Undefined only where
   * it was not wanted.
   */
  readonly band: Band | undefined;
  readonly evidence: Evidence;
}
