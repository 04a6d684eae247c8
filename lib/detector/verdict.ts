import type { Band } from '../series/band.ts';
import type { Channel } from './score.ts';

/** `normal` and `anomaly` are verdicts; the others say why there is none. */
export type VerdictKind = 'normal' | 'anomaly' | 'no-data' | 'warming-up' | 'stale-model' | 'out-of-domain';

/** What Tidemark says of one sample of one series. */
export interface Verdict {
  /** Unix time of the sample in seconds. */
  readonly timeSeconds: number;
  /** NaN for `no-data`. */
  readonly value: number;
  readonly kind: VerdictKind;
  readonly anomalous: boolean;
  /** L, see score.ts; undefined where nothing was scored. */
  readonly score: number | undefined;
  /** 0 to 1. */
  readonly confidence: number;
  readonly band: Band | undefined;
  readonly channel: Channel | undefined;
}

/** A change in the life of an incident. */
export type AlertEventKind = 'onset' | 'escalation' | 'new-spike' | 'resolved';

/** One incident's news, decided by the alert policy at one sample. */
export interface AlertEvent {
  readonly kind: AlertEventKind;
  /** Unix time at which the incident began, in seconds: with metric and labels it identifies the incident. */
  readonly onsetSeconds: number;
  /** The verdict that led to the event; for `resolved` the one that closed the incident. */
  readonly verdict: Verdict;
  /** One sentence for a person, with the numbers. */
  readonly explanation: string;
}
