/** The part of a real history that a fault befalls, and how hard. */
export interface FaultWindow {
  /** Unix time of each sample, ascending. */
  readonly timesSeconds: Float64Array;
  /** What was really observed; one a time, at least one. Left as it is. */
  readonly values: Float64Array;
  /** The last value before the window. */
  readonly previous: number;
  /** The series' own noise in the unit of the value (see noise-scale.ts); > 0. */
  readonly noise: number;
  /** How far the usual day stands above its median at each time, in the unit of the value; >= 0 (see day-profile.ts). */
  readonly peakHeights: Float64Array;
  /** How hard, in the fault's own unit. */
  readonly size: number;
  /** The same seed gives the same values. */
  readonly seed: number;
}

/** One severity of a fault. */
export interface FaultSize {
  readonly size: number;
  /** How long it lasts; on coarse steps at least the fault's `leastPoints`. */
  readonly durationSeconds: number;
}

/** A kind of trouble that can be put into a real history. To add one: a file that implements this, and a line in registry.ts. */
export interface Fault {
  /** For people: "level shift up". */
  readonly title: string;
  /** What one size means, for people: "4 x noise". */
  sizeLabel(size: FaultSize): string;
  /** Small, medium and large. */
  readonly sizes: readonly [FaultSize, FaultSize, FaultSize];
  /** Shorter than this it is another fault. */
  readonly leastPoints: number;
  /** `daily-peak` only has a meaning in the hours in which the usual day is highest. */
  readonly placement: 'anywhere' | 'daily-peak';
  /** What a good detector makes of it: data that is merely missing must not raise an alert. */
  readonly expects: 'alert' | 'silence';
  /** What would have been observed instead, one value a time; NaN where there would be no sample. */
  inject(window: FaultWindow): Float64Array;
}

/** A size in units of the series' own noise, for people. */
export function noiseLabel({ size }: FaultSize): string {
  return `${size} × noise`;
}

/** A fault that is only as large as it is long, for people. */
export function durationLabel({ durationSeconds }: FaultSize): string {
  return durationSeconds < 3600 ? `${durationSeconds / 60} min` : `${durationSeconds / 3600} h`;
}
