import type { ResolvedRequest } from './order.ts';

/** One evaluation that was asked for, and how far it is. */
export interface EvaluationRun {
  readonly id: string;
  readonly state: 'running' | 'succeeded' | 'failed';
  readonly order: ResolvedRequest;
  /** A digest of the order as it was given: the same for the same order at another time. */
  readonly asked: string;
  /** When it was asked for, Unix seconds. */
  readonly startedAtSeconds: number;
  readonly endedAtSeconds?: number;
  /** The answer in a sentence. */
  readonly headline?: string;
  /** Why it failed, for a person. */
  readonly reason?: string;
  /** What could not be read, and what was left out. */
  readonly warnings?: readonly string[];
}
