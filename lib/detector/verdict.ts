import type { Band } from '../series/band.ts';
import type { Channel, Evidence } from './score.ts';

/** `normal` and `anomaly` are verdicts; the others say why there is none, or none to rely on. */
export type VerdictKind = 'normal' | 'anomaly' | 'no-data' | 'warming-up' | 'stale-model' | 'out-of-domain';

/** What Tidemark says of one sample of one series. */
export interface Verdict {
  /** Unix time of the sample in seconds. */
  readonly timeSeconds: number;
  /** NaN for `no-data`. */
  readonly value: number;
  readonly kind: VerdictKind;
  /** The score is at or above the threshold, in the direction and by the deviation that matter to the user. */
  readonly anomalous: boolean;
  /** L, see score.ts; undefined where nothing was scored. */
  readonly score: number | undefined;
  /** 0 to 1. */
  readonly confidence: number;
  /** What was expected, and the values from which on the sample would have been anomalous. */
  readonly band: Band | undefined;
  readonly channel: Channel | undefined;
  /** The numbers behind the score; an explanation can be made of them at any time. */
  readonly evidence: Evidence | undefined;
}

/** A change in the life of an incident. */
export type AlertEventKind =
  | 'onset'
  | 'escalation'
  | 'new-spike'
  | 'resolved'
  | 'series-missing'
  | 'series-returned';

/** Whether the event ends its incident. */
export function endsIncident(kind: AlertEventKind): boolean {
  return kind === 'resolved' || kind === 'series-returned';
}

/** An event of one incident, decided by the alert policy at one sample. */
export interface AlertEvent {
  readonly kind: AlertEventKind;
  /** Unix time at which the incident began, in seconds: with metric and labels it identifies the incident. */
  readonly onsetSeconds: number;
  /** The verdict that led to the event; for `resolved` the one that closed the incident. */
  readonly verdict: Verdict;
  /** A sentence or two for a person, with the numbers. */
  readonly explanation: string;
}
