/** What later versions changed in the arithmetic of the score. One set of them holds for all series. */
export interface Rules {
  /** For so many points after it, a jump counts as evidence of a shifted level; 0 for the jump to the point itself only. */
  readonly jumpMemoryPoints: number;
  /** Rates are bounded by what was counted, see counted-bound.ts. */
  readonly boundsByCount: boolean;
}

/** The version of the golden vectors. */
export const VERSION_7: Rules = { jumpMemoryPoints: 0, boundsByCount: false };

/** A shifted level fills its window of ten points after the jump, so the jump counts that long. */
export const VERSION_8: Rules = { jumpMemoryPoints: 10, boundsByCount: true };
