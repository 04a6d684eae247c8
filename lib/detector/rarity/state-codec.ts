import { arrayColumn, ColumnReader, type Columns, numberColumn } from '../columns.ts';
import { BINS, HISTOGRAM_COUNT, STRIDE } from './log-histogram.ts';
import { EPOCHS, emptyState, type RarityState, WINDOW_POINTS } from './state.ts';
import { stepConstants } from './step-constants.ts';

/** Fields of one number a state. */
const NUMBERS = [
  'count',
  'firstSeconds',
  'lastSeconds',
  'lastValue',
  'lastAdjusted',
  'lastSeasonal',
  'fastLevel',
  'mean',
  'variance',
  'innovationScale',
  'differenceScale',
  'changes',
  'run',
  'windowLength',
  'windowNext',
  'epoch',
] as const;

/** All numbers in full: rounding would save a third and change the future of the series. */
export function encodeStates(states: readonly RarityState[]): Columns {
  const columns: Record<string, unknown> = {};
  for (const field of NUMBERS) columns[field] = numberColumn(states, (state) => state[field]);
  columns.stepSeconds = numberColumn(states, (state) => state.constants.stepSeconds);
  columns.hasSeasonal = numberColumn(states, (state) => Number(state.hasSeasonal));
  columns.window = arrayColumn(states, WINDOW_POINTS, (state) => state.window);
  columns.highest = arrayColumn(states, EPOCHS, (state) => state.highest);
  columns.lowest = arrayColumn(states, EPOCHS, (state) => state.lowest);
  columns.weight = numberColumn(states, (state) => state.histograms.weight);
  columns.decay = numberColumn(states, (state) => state.histograms.decay);
  return { ...columns, ...encodeHistograms(states) };
}

/** @throws InvalidDetectorStateError when the data are not such columns. */
export function decodeStates(detector: string, encoded: unknown): RarityState[] {
  const reader = new ColumnReader(detector, encoded);
  const steps = reader.numbers('stepSeconds');
  const count = steps.length;
  const numbers = NUMBERS.map((field) => reader.numbers(field, count));
  const hasSeasonal = reader.numbers('hasSeasonal', count);
  const window = reader.numbers('window', count * WINDOW_POINTS);
  const highest = reader.numbers('highest', count * EPOCHS);
  const lowest = reader.numbers('lowest', count * EPOCHS);
  const weight = reader.numbers('weight', count);
  const decay = reader.numbers('decay', count);
  const constants = new Map<number, RarityState['constants']>();
  const states = Array.from({ length: count }, (_, index) => {
    const stepSeconds = steps[index]!;
    let shared = constants.get(stepSeconds);
    if (shared === undefined) {
      shared = stepConstants(stepSeconds);
      constants.set(stepSeconds, shared);
    }
    const state = emptyState(shared);
    for (let field = 0; field < NUMBERS.length; field += 1) state[NUMBERS[field]!] = numbers[field]![index]!;
    state.hasSeasonal = hasSeasonal[index] === 1;
    state.window.set(window.subarray(index * WINDOW_POINTS, (index + 1) * WINDOW_POINTS));
    state.highest.set(highest.subarray(index * EPOCHS, (index + 1) * EPOCHS));
    state.lowest.set(lowest.subarray(index * EPOCHS, (index + 1) * EPOCHS));
    state.histograms.weight = weight[index]!;
    state.histograms.decay = decay[index]!;
    return state;
  });
  decodeHistograms(reader, states);
  return states;
}

/**
 * Most bins are empty, and the survival count of an empty bin is that of the bin above: only counts that differ are
 * stored, with a mask of 32 bits a histogram that says where they stand.
 */
function encodeHistograms(states: readonly RarityState[]): Columns {
  const masks = new Uint32Array(states.length * HISTOGRAM_COUNT);
  const counts: number[] = [];
  let row = 0;
  for (const { histograms } of states) {
    for (let first = 0; first < HISTOGRAM_COUNT * STRIDE; first += STRIDE) {
      let mask = 0;
      let above = 0;
      for (let bin = BINS - 1; bin >= 0; bin -= 1) {
        const count = histograms.survival[first + bin]!;
        if (count === above) continue;
        mask |= 1 << bin;
        counts.push(count);
        above = count;
      }
      masks[row] = mask >>> 0;
      row += 1;
    }
  }
  return { histogramMasks: masks, histogramCounts: Float64Array.from(counts) };
}

function decodeHistograms(reader: ColumnReader, states: readonly RarityState[]): void {
  const masks = reader.masks('histogramMasks', states.length * HISTOGRAM_COUNT);
  let expected = 0;
  for (const mask of masks) expected += bitsOf(mask);
  const counts = reader.numbers('histogramCounts', expected);
  let row = 0;
  let next = 0;
  for (const { histograms } of states) {
    for (let first = 0; first < HISTOGRAM_COUNT * STRIDE; first += STRIDE) {
      const mask = masks[row]!;
      row += 1;
      if (mask === 0) continue;
      let above = 0;
      for (let bin = BINS - 1; bin >= 0; bin -= 1) {
        if ((mask >>> bin) & 1) {
          above = counts[next]!;
          next += 1;
        }
        histograms.survival[first + bin] = above;
      }
    }
  }
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) bits += 1;
  return bits;
}
