/** Why no model was fitted; each is a property of the data or the options, not a fault of the program. */
export type FitRefusalReason =
  | 'no-finite-samples'
  | 'too-few-samples'
  | 'too-many-samples'
  | 'invalid-options'
  | 'missing-input'
  | 'not-converged'
  | 'optimizer-failed';

/** The answer of a fit that would have been worse than none; a value, so that one bad series never stops the others. */
export interface FitRefusal {
  readonly kind: 'refusal';
  readonly reason: FitRefusalReason;
  /** One or two sentences for a person: what was found, and what would mend it. */
  readonly explanation: string;
}

export function refuse(reason: FitRefusalReason, explanation: string): FitRefusal {
  return { kind: 'refusal', reason, explanation };
}

/** Tells a refusal from whatever a model is. */
export function isRefusal(outcome: unknown): outcome is FitRefusal {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'refusal';
}
