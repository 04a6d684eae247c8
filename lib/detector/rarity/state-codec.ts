import { arrayColumn, ColumnReader, type Columns, numberColumn, row } from '../columns.ts';
import { BINS, emptyHistograms, HISTOGRAM_COUNT, STRIDE, SURVIVAL_LENGTH } from './log-histogram.ts';
import type { Rules } from './rules.ts';
import { BOUND_NUMBERS, EPOCHS, emptyState, type RarityState, WINDOW_POINTS } from './state.ts';
import { type StepConstants, stepConstants } from './step-constants.ts';

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

/** Mean absolute over standard deviation, about as in a normal distribution, where it is the root of 2 / pi. */
const ABSOLUTE_OVER_STANDARD_DEVIATION = 0.8;

/** All numbers in full: rounding would save a third and change the future of the series. */
export function encodeStates(states: readonly RarityState[]): Columns {
  const columns: Record<string, unknown> = {};
  for (const field of NUMBERS) columns[field] = numberColumn(states, (state) => state[field]);
  columns.borrowed = numberColumn(states, (state) => state.borrowed);
  columns.deviationScale = numberColumn(states, (state) => state.deviationScale);
  columns.recentJump = numberColumn(states, (state) => state.recentJump);
  columns.recentJumpAge = numberColumn(states, (state) => state.recentJumpAge);
  columns.stepSeconds = numberColumn(states, (state) => state.constants.stepSeconds);
  columns.hasSeasonal = numberColumn(states, (state) => Number(state.hasSeasonal));
  columns.window = arrayColumn(states, WINDOW_POINTS, (state) => state.window);
  columns.highest = arrayColumn(states, EPOCHS, (state) => state.highest);
  columns.lowest = arrayColumn(states, EPOCHS, (state) => state.lowest);
  columns.bounds = arrayColumn(states, BOUND_NUMBERS, (state) => state.bounds);
  columns.weight = numberColumn(states, (state) => state.histograms.weight);
  columns.decay = numberColumn(states, (state) => state.histograms.decay);
  return { ...columns, ...encodeHistograms(states) };
}

/**
 * Columns without the recent jump are from version 7 and before: it is forgotten after ten points. Those without the mean absolute deviation are from version 6 of the detector, which did not know it: it is estimated from the
 * variance, and the series goes on.
 *
 * @throws InvalidDetectorStateError when the data are not such columns.
 */
export function decodeStates(detector: string, encoded: unknown, rules: Rules): RarityState[] {
  const reader = new ColumnReader(detector, encoded);
  const steps = reader.numbers('stepSeconds');
  const count = steps.length;
  const numbers = NUMBERS.map((field) => reader.numbers(field, count));
  const deviationScale = reader.has('deviationScale') ? reader.numbers('deviationScale', count) : undefined;
  const borrowed = reader.has('borrowed') ? reader.numbers('borrowed', count) : undefined;
  const recentJump = reader.has('recentJump') ? reader.numbers('recentJump', count) : undefined;
  const recentJumpAge = reader.has('recentJump') ? reader.numbers('recentJumpAge', count) : undefined;
  const hasSeasonal = reader.numbers('hasSeasonal', count);
  const window = reader.numbers('window', count * WINDOW_POINTS);
  const highest = reader.numbers('highest', count * EPOCHS);
  const lowest = reader.numbers('lowest', count * EPOCHS);
  const bounds = reader.numbers('bounds', count * BOUND_NUMBERS);
  const weight = reader.numbers('weight', count);
  const decay = reader.numbers('decay', count);
  const { survival, tops } = decodeHistograms(reader, count);
  const constants = new Map<number, StepConstants>();
  return Array.from({ length: count }, (_, index) => {
    const state = emptyState(shared(constants, steps[index]!, rules), {
      window: row(window, WINDOW_POINTS, index),
      highest: row(highest, EPOCHS, index),
      lowest: row(lowest, EPOCHS, index),
      histograms: emptyHistograms(
        row(survival, SURVIVAL_LENGTH, index),
        tops.subarray(index * HISTOGRAM_COUNT, (index + 1) * HISTOGRAM_COUNT),
      ),
      bounds: row(bounds, BOUND_NUMBERS, index),
    });
    for (let field = 0; field < NUMBERS.length; field += 1) state[NUMBERS[field]!] = numbers[field]![index]!;
    state.deviationScale =
      deviationScale?.[index] ?? ABSOLUTE_OVER_STANDARD_DEVIATION * Math.sqrt(state.variance);
    state.borrowed = borrowed?.[index] ?? 0;
    state.recentJump = recentJump?.[index] ?? 0;
    state.recentJumpAge = recentJumpAge?.[index] ?? 0;
    state.hasSeasonal = hasSeasonal[index] === 1;
    state.histograms.weight = weight[index]!;
    state.histograms.decay = decay[index]!;
    return state;
  });
}

/** The series of a metric have one step, and share what follows from it. */
function shared(constants: Map<number, StepConstants>, stepSeconds: number, rules: Rules): StepConstants {
  const known = constants.get(stepSeconds);
  if (known !== undefined) return known;
  const made = stepConstants(stepSeconds, rules);
  constants.set(stepSeconds, made);
  return made;
}

/** Room for the counts of one call, kept since most of it stays unused and it is large for many states. */
let scratch = new Float64Array(0);

/**
 * Most bins are empty, and the survival count of an empty bin is that of the bin above: only counts that differ are
 * stored, with a mask of 32 bits a histogram that says where they stand.
 */
function encodeHistograms(states: readonly RarityState[]): Columns {
  const masks = new Uint32Array(states.length * HISTOGRAM_COUNT);
  const most = states.length * HISTOGRAM_COUNT * BINS;
  if (scratch.length < most) scratch = new Float64Array(most);
  const counts = scratch;
  let next = 0;
  let histogram = 0;
  for (const { histograms } of states) {
    const { survival } = histograms;
    for (let first = 0; first < SURVIVAL_LENGTH; first += STRIDE) {
      let mask = 0;
      let above = 0;
      for (let bin = BINS - 1; bin >= 0; bin -= 1) {
        const count = survival[first + bin]!;
        if (count === above) continue;
        mask |= 1 << bin;
        counts[next] = count;
        next += 1;
        above = count;
      }
      masks[histogram] = mask;
      histogram += 1;
    }
  }
  return { histogramMasks: masks, histogramCounts: counts.slice(0, next) };
}

function decodeHistograms(
  reader: ColumnReader,
  states: number,
): { survival: Float64Array; tops: Uint8Array } {
  const masks = reader.column('histogramMasks', Uint32Array, states * HISTOGRAM_COUNT);
  let expected = 0;
  for (let index = 0; index < masks.length; index += 1) expected += bitsOf(masks[index]!);
  const counts = reader.numbers('histogramCounts', expected);
  const survival = new Float64Array(states * SURVIVAL_LENGTH);
  const tops = new Uint8Array(masks.length);
  let next = 0;
  for (let index = 0; index < masks.length; index += 1) {
    const mask = masks[index]!;
    let above = 0;
    // Above the highest bin that is not empty all counts are zero, as they are already.
    const top = BINS - 1 - Math.clz32(mask);
    tops[index] = Math.max(0, top);
    for (let bin = top; bin >= 0; bin -= 1) {
      if ((mask >>> bin) & 1) {
        above = counts[next]!;
        next += 1;
      }
      survival[index * STRIDE + bin] = above;
    }
  }
  return { survival, tops };
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) bits += 1;
  return bits;
}
