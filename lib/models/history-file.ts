import { Encoder } from 'cbor-x';
import type { Labels } from '../series/labels.ts';
import type { Samples } from '../series/samples.ts';
import type { Series } from '../series/series.ts';
import { seal, unseal } from '../storage/sealed-file.ts';

/** One day of a metric's raw history in one sealed file of CBOR. */
const MAGIC = 'TDHD';
const FORMAT_VERSION = 1;

/** The samples of all series of a metric from `startSeconds` on, on a grid of steps. */
export interface HistoryDay {
  /** Unix seconds; a multiple of the step. */
  readonly startSeconds: number;
  readonly stepSeconds: number;
  readonly steps: number;
  readonly series: readonly Series[];
}

interface StoredDay extends Omit<HistoryDay, 'series'> {
  readonly labels: readonly Labels[];
  /** A row of `steps` values for each series; NaN where it has no sample. */
  readonly values: Float64Array;
}

const cbor = new Encoder({
  useRecords: true,
  mapsAsObjects: true,
  tagUint8Array: false,
  structuredClone: false,
});

/** @returns undefined when a sample is not on the grid and would not be restored exactly. */
export function encodeHistoryDay({ series, ...grid }: HistoryDay): Uint8Array | undefined {
  const { startSeconds, stepSeconds, steps } = grid;
  const values = new Float64Array(steps * series.length).fill(Number.NaN);
  for (const [index, { samples }] of series.entries()) {
    let last = -1;
    for (const [row, time] of samples.timesSeconds.entries()) {
      const step = (time - startSeconds) / stepSeconds;
      if (!Number.isInteger(step) || step <= last || step >= steps) return undefined;
      values[index * steps + step] = samples.values[row]!;
      last = step;
    }
  }
  const stored: StoredDay = { ...grid, labels: series.map(({ labels }) => labels), values };
  return seal(MAGIC, FORMAT_VERSION, cbor.encode(stored));
}

/** @returns the day, or why the bytes are invalid. */
export function decodeHistoryDay(file: Uint8Array): HistoryDay | string {
  const payload = unseal(MAGIC, FORMAT_VERSION, file);
  if (!(payload instanceof Uint8Array)) return payload.detail;
  const { labels, values, ...grid } = cbor.decode(payload) as StoredDay;
  if (!(values instanceof Float64Array) || values.length !== labels.length * grid.steps)
    return 'its columns have the wrong length';
  const { steps } = grid;
  return {
    ...grid,
    series: labels.map((one, index) => ({
      labels: one,
      samples: samplesOf(grid, values.subarray(index * steps, (index + 1) * steps)),
    })),
  };
}

function samplesOf(
  { startSeconds, stepSeconds }: Pick<HistoryDay, 'startSeconds' | 'stepSeconds'>,
  column: Float64Array,
): Samples {
  const count = column.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + 1), 0);
  const timesSeconds = new Float64Array(count);
  const values = new Float64Array(count);
  let row = 0;
  for (const [step, value] of column.entries()) {
    if (Number.isNaN(value)) continue;
    timesSeconds[row] = startSeconds + step * stepSeconds;
    values[row] = value;
    row += 1;
  }
  return { timesSeconds, values };
}
