import type * as z from 'zod';

/** What a rule between keys refuses. */
export interface Refusal {
  /** Relative to the section of the rule. */
  readonly path: readonly PropertyKey[];
  /** Follows the path: `is less than ...`. */
  readonly message: string;
  readonly allowed?: string;
  readonly suggestion?: string;
  /** A name that may be misspelt, and those that exist: the nearest one is suggested. */
  readonly found?: string;
  readonly names?: readonly string[];
  /** From the top: the other value of a conflict, whose line the message names. */
  readonly first?: readonly PropertyKey[];
}

/** Adds a refusal to the issues of a schema. */
export function refuse(context: z.core.$RefinementCtx, { path, message, ...params }: Refusal): void {
  context.addIssue({ code: 'custom', path: [...path], message, params });
}
