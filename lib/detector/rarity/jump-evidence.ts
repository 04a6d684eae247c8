import { log10 } from './decades.ts';
import type { RarityState } from './state.ts';

/** A jump of this many usual innovations is evidence in full. */
const FULL_JUMP = 15;
/** What keeps the logarithm finite where nothing moved. */
const LEAST_JUMP = 0.1;
/** Decades lost for each decade that a jump is smaller than a full one, and the most that are. */
const WEIGHT = 2;
export const MOST_JUMP_LOSS = 2;
/** No jump of at most this many usual innovations makes any difference: all is lost that can be. */
const NO_JUMP = FULL_JUMP * 10 ** (-MOST_JUMP_LOSS / WEIGHT) - LEAST_JUMP;
/** Nothing is lost from here on. */
const ENOUGH = FULL_JUMP - LEAST_JUMP;
/** Decades an octave. */
const SLOPE = WEIGHT * log10(2);

/** A stuck run has no jump by nature: a fifth of the loss counts. */
export const FLAT_JUMP_SHARE = 0.2;

/**
 * What a sample loses for not being a jump, in decades of its rate: most false alerts of every channel drift across the
 * threshold, and most incidents begin with a jump.
 *
 * @param innovation the sample's distance from the fast level, in usual innovations.
 * @returns -2 for no jump at all, 0 from a jump of 15 usual ones on.
 */
export function jumpEvidence(innovation: number): number {
  const size = Math.abs(innovation);
  if (size <= NO_JUMP) return -MOST_JUMP_LOSS;
  return size >= ENOUGH ? 0 : WEIGHT * log10((size + LEAST_JUMP) / FULL_JUMP);
}

/** How fast the jump evidence grows, in decades an octave of the innovation. */
export function jumpEvidenceSlope(innovation: number): number {
  const size = Math.abs(innovation);
  return size <= NO_JUMP || size >= ENOUGH ? 0 : (SLOPE * size) / (size + LEAST_JUMP);
}

/** Remembers the largest jump of the last points, as long as the rules say. */
export function rememberJump(state: RarityState, innovation: number): void {
  const size = Math.abs(innovation);
  state.recentJumpAge += 1;
  if (size < state.recentJump && state.recentJumpAge <= state.constants.rules.jumpMemoryPoints) return;
  state.recentJump = size;
  state.recentJumpAge = 0;
}
