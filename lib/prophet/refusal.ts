/** Why no model was fitted: a property of the data or the options, not a fault of the program. */
export type FitRefusalReason =
  | 'no-finite-samples'
  | 'too-few-samples'
  | 'too-many-samples'
  | 'invalid-options'
  | 'missing-input'
  | 'not-converged'
  | 'optimizer-failed';

/** The result of a fit without a usable model; a value, so that one bad series never stops the others. */
export interface FitRefusal {
  readonly kind: 'refusal';
  readonly reason: FitRefusalReason;
  /** One or two sentences: what was found, and how to fix it. */
  readonly explanation: string;
}

export function refuse(reason: FitRefusalReason, explanation: string): FitRefusal {
  return { kind: 'refusal', reason, explanation };
}

/** Whether the outcome of a fit is a refusal. */
export function isRefusal(outcome: unknown): outcome is FitRefusal {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'refusal';
}
