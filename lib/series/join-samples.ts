import type { Samples } from './samples.ts';

/** Joins consecutive pieces of one series. */
export function joinSamples(pieces: readonly Samples[]): Samples {
  const count = pieces.reduce((sum, { values }) => sum + values.length, 0);
  const timesSeconds = new Float64Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (const piece of pieces) {
    timesSeconds.set(piece.timesSeconds, at);
    values.set(piece.values, at);
    at += piece.values.length;
  }
  return { timesSeconds, values };
}
