/** What later versions changed in the arithmetic of the score. One set of them holds for all series. */
export interface Rules {
  /**
   * Subtracted from every channel's rate, see step-constants.ts: several channels judge every point (Bonferroni), and log10(4) would
   * be the full weight. Most false alerts lack a jump, and what the jump evidence takes from them is given back here.
   */
  readonly channelsAsked: number;
  /** For so many points after it, a jump counts as evidence of a shifted level; 0 for the jump to the point itself only. */
  readonly jumpMemoryPoints: number;
  /** Rates are bounded by what was counted, see counted-bound.ts. */
  readonly boundsByCount: boolean;
}

/** The version of the golden vectors. */
export const VERSION_7: Rules = { channelsAsked: 0.25, jumpMemoryPoints: 0, boundsByCount: false };

/**
 * A shifted level fills its window of ten points after the jump, so the jump counts that long. What the bounds take from the false alerts
 * is given back by a bar that is lower by .05; .1 is too much.
 */
export const VERSION_8: Rules = {
  channelsAsked: 0.2,
  jumpMemoryPoints: 10,
  boundsByCount: true,
};
