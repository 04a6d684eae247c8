/**
 * From "how rare in this series' own history" (v, -log10 of a probability per point) to "how often a week a typical
 * series shows this without an incident" (log10 of a rate): one map a channel, the same for every series.
 *
 * They come from the label-free six-hour blocks of four labelled collections, pooled (deviation was set by hand from the same
 * curves). Two are broken lines: the far tail is an extrapolation, and a digit there deserves less trust.
 */

export const DEVIATION_SLOPE = 1.5;
export const LEVEL_SLOPE = 1;
/** The fast channel has the sharpest evidence: its bar is lower by this. */
const FAST_BONUS = 0.05;
/** What a channel with no evidence at all counts. */
const NOTHING = -9;
/** A stuck run alone never exceeds a score of 0.9: of the highest false alerts many were stuck runs, none labelled. */
const FLAT_CEILING = 1.5;

export function fastRate(v: number): number {
  if (v < 2.75) return FAST_BONUS + 1.5 * (v - 2.75);
  return FAST_BONUS + (v < 3.5 ? 1.85 * (v - 2.75) : 1.3875 + 0.6 * (v - 3.5));
}

/** Slope of {@link fastRate}, likewise of the others: decades of rate a decade of surprise. */
export function fastRateSlope(v: number): number {
  if (v < 2.75) return 1.5;
  return v < 3.5 ? 1.85 : 0.6;
}

/** What a record counts for, see {@link fastRateSlope}. */
export function rangeRateSlope(v: number): number {
  return v < 2.6 ? 1 : 0.6;
}

export function levelRate(v: number): number {
  return LEVEL_SLOPE * (v - 2);
}

export function rangeRate(v: number): number {
  if (v <= 0) return NOTHING;
  return v < 2.6 ? v - 2.1 : 0.5 + 0.6 * (v - 2.6);
}

export function flatRate(v: number): number {
  return v <= 0 ? NOTHING : Math.min(FLAT_CEILING, 0.7 * (v - 2.5));
}

export function deviationRate(v: number): number {
  return DEVIATION_SLOPE * (v - 3);
}
