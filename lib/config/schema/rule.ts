import type * as z from 'zod';

/** What a rule between keys refuses. */
export interface Refusal {
  /** Relative to the section that the rule stands in. */
  readonly path: readonly PropertyKey[];
  /** Goes on from the path: `is less than ...`. */
  readonly message: string;
  readonly allowed?: string;
  readonly suggestion?: string;
  /** From the top: what stood there before, for its line to be told. */
  readonly first?: readonly PropertyKey[];
}

/** Adds what a rule refuses to the issues of a schema. */
export function refuse(context: z.core.$RefinementCtx, { path, message, ...params }: Refusal): void {
  context.addIssue({ code: 'custom', path: [...path], message, params });
}
