import type { Labels } from './labels.ts';
import type { Samples } from './samples.ts';

/** One labelled time series that a metric's query returned. */
export interface Series {
  readonly labels: Labels;
  readonly samples: Samples;
}
