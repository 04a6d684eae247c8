import type { Band } from '../series/band.ts';

/** What part of the evidence led: which sentence an alert shows. */
export type Channel = 'fast' | 'level' | 'range' | 'flat' | 'deviation';

/** What a detector says of one sample, from what it had learnt before that sample. */
export interface Score {
  /** L = -log10(expected false alerts per week of a typical series at this level); -9 is the floor. */
  readonly score: number;
  /** The same for the channels that see single points (spikes) only. */
  readonly spikeScore: number;
  readonly channel: Channel;
  /** 0 to 1: how much history stands behind the score. */
  readonly confidence: number;
  /** What was expected of the sample; a value beyond `lower` or `upper` would alert at the threshold in force. */
  readonly band: Band;
}
