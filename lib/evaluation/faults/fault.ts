/** The part of a real history that a fault changes, and its size. */
export interface FaultWindow {
  /** Unix time of each sample, ascending. */
  readonly timesSeconds: Float64Array;
  /** The observed values; one per time, at least one. Not modified. */
  readonly values: Float64Array;
  /** The last value before the window. */
  readonly previous: number;
  /** The series' own noise in the unit of the value (see noise-scale.ts); > 0. */
  readonly noise: number;
  /**
   * The height of the typical day above its median at each time, in the unit of the value; >= 0 (see
   * day-profile.ts).
   */
  readonly peakHeights: Float64Array;
  /** The severity, in the fault's own unit. */
  readonly size: number;
  /** The same seed gives the same values. */
  readonly seed: number;
}

/** One severity of a fault. */
export interface FaultSize {
  readonly size: number;
  /** Its duration; on coarse steps at least the fault's `leastPoints`. */
  readonly durationSeconds: number;
}

/**
 * A kind of fault that can be injected into a real history. To add one: a file that implements this, and a
 * line in registry.ts.
 */
export interface Fault {
  /** Shown to readers: "level shift up". */
  readonly title: string;
  /** A size in words: "4 x noise". */
  sizeLabel(size: FaultSize): string;
  /** Small, medium and large. */
  readonly sizes: readonly [FaultSize, FaultSize, FaultSize];
  /** The minimum length; a shorter one is another kind of fault. */
  readonly leastPoints: number;
  /** `daily-peak`: only in the hours in which the typical day is highest. */
  readonly placement: 'anywhere' | 'daily-peak';
  /** The expected reaction: missing data must not raise an alert. */
  readonly expects: 'alert' | 'silence';
  /** The values observed with the fault, one per time; NaN for no sample. */
  inject(window: FaultWindow): Float64Array;
}

/** A size in units of the series' own noise. */
export function noiseLabel({ size }: FaultSize): string {
  return `${size} × noise`;
}

/** The label of a fault whose size is its duration. */
export function durationLabel({ durationSeconds }: FaultSize): string {
  return durationSeconds < 3600 ? `${durationSeconds / 60} min` : `${durationSeconds / 3600} h`;
}
