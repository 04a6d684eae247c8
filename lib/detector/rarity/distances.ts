/** The signed distances of one sample, by channel. Reused for every sample. */
export interface Distances {
  innovation: number;
  difference: number;
  level: number;
  range: number;
  deviation: number;
  /** Of innovation and difference: the one that is more surprising. */
  jump: number;
  stuckRun: number;
}
