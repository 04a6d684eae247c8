import { ColumnReader, numberColumn } from '../../lib/detector/columns.ts';
import type { Detector } from '../../lib/detector/detector.ts';

interface RecordState {
  /** The extremes of everything seen; infinite before the first sample. */
  lowest: number;
  highest: number;
}

/** Calls every value anomalous that is higher or lower than all before it. */
export const recordDetector: Detector<RecordState> = {
  name: 'record',
  alerting: 'policy',
  start: () => ({ lowest: Infinity, highest: -Infinity }),
  step(state, { value }) {
    const { lowest, highest } = state;
    state.lowest = Math.min(lowest, value);
    state.highest = Math.max(highest, value);
    if (lowest === Infinity) return undefined;
    const score = value < lowest || value > highest ? 9 : -9;
    const middle = (lowest + highest) / 2;
    return {
      score,
      spikeScore: score,
      confidence: 1,
      band: { expected: middle, lower: lowest, upper: highest },
      evidence: {
        channel: 'range',
        surprise: score > 0 ? 3 : 0,
        direction: value < middle ? -1 : 1,
        observed: value,
        usual: value < middle ? lowest : highest,
        deviation: Math.abs(value - middle),
        level: middle,
        spread: highest - lowest,
        hasTimeOfDay: false,
        points: 1,
        ageSeconds: 0,
      },
    };
  },
  adoptBaseline() {},
  encode: (states) => ({
    lowest: numberColumn(states, (state) => state.lowest),
    highest: numberColumn(states, (state) => state.highest),
  }),
  decode(encoded) {
    const reader = new ColumnReader('record', encoded);
    const lowest = reader.numbers('lowest');
    const highest = reader.numbers('highest', lowest.length);
    return Array.from(lowest, (least, index) => ({ lowest: least, highest: highest[index] ?? -Infinity }));
  },
};
