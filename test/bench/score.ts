import { parseArgs } from 'node:util';
import { Encoder } from 'cbor-x';
import {
  monitorSample,
  type SeriesMonitor,
  type SeriesState,
  startSeries,
} from '../../lib/detector/monitor-series.ts';
import { rarity } from '../../lib/detector/rarity/rarity.ts';
import { decodeSeries, encodeSeries } from '../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../lib/detector/settings.ts';
import { normalAt, uniformAt } from '../../lib/series/seeded-noise.ts';

const STEP_SECONDS = 60;
const START_SECONDS = 1_699_833_600;
/** Different kinds of series, each with its own noise. */
const SERIES = 40;
/** Points that every series has learnt before anything is measured: past the warm-up and into the fitted tails. */
const LEARNT_POINTS = 5000;
/** Points a series and round that are timed, and rounds, of which the median counts. */
const TIMED_POINTS = 500;
const ROUNDS = 61;
const MANY = 10_000;
const MANY_ROUNDS = 7;

const cbor = new Encoder({ useRecords: true, structuredClone: false });
const monitor: SeriesMonitor<unknown> = {
  detector: rarity,
  settings: defaultDetectionSettings,
  stepSeconds: STEP_SECONDS,
};

/** What one point and one state cost; times are medians. */
interface ScoreFigures {
  /** The whole way of one sample: score, band, learning, policy, verdict. */
  readonly nanosecondsPerPoint: number;
  /** The largest of the states, stored on its own. */
  readonly stateBytesCbor: number;
  readonly stateBytesJson: number;
  /** 10,000 series of one metric: from CBOR to states, one sample each, and back to CBOR. */
  readonly restore10kMilliseconds: number;
  readonly score10kMilliseconds: number;
  readonly save10kMilliseconds: number;
}

/**
 * The benchmark of the default detector: `npm run bench -- score [--json]`.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const figures = measureScore();
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : report(figures));
}

/** Measures on one core, in this process. */
function measureScore(): ScoreFigures {
  const states = Array.from({ length: SERIES }, () => startSeries(monitor));
  replay(states, 0, LEARNT_POINTS);
  const nanosecondsPerPoint = Math.round(timePoints(states));
  const singles = states.map((state) => encodeSeries(monitor.detector, [state]));
  return {
    nanosecondsPerPoint,
    stateBytesCbor: Math.max(...singles.map((single) => cbor.encode(single).length)),
    stateBytesJson: Math.max(
      ...singles.map((single) => Buffer.byteLength(JSON.stringify(single, plainArrays))),
    ),
    ...timeMany(states),
  };
}

function timePoints(states: readonly SeriesState<unknown>[]): number {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const from = LEARNT_POINTS + round * TIMED_POINTS;
    return (replay(states, from, TIMED_POINTS) * 1e6) / (SERIES * TIMED_POINTS);
  });
  return median(rounds);
}

/** Feeds every series some points. @returns milliseconds, the making of the values not counted. */
function replay(states: readonly SeriesState<unknown>[], from: number, count: number): number {
  let milliseconds = 0;
  states.forEach((state, series) => {
    const values = Float64Array.from({ length: count }, (_, index) => valueAt(series, from + index));
    const started = performance.now();
    for (let index = 0; index < count; index += 1) {
      const timeSeconds = START_SECONDS + (from + index) * STEP_SECONDS;
      monitorSample(monitor, state, { timeSeconds, value: values[index]! }, undefined);
    }
    milliseconds += performance.now() - started;
  });
  return milliseconds;
}

function timeMany(
  states: readonly SeriesState<unknown>[],
): Pick<ScoreFigures, 'restore10kMilliseconds' | 'score10kMilliseconds' | 'save10kMilliseconds'> {
  const detector = monitor.detector;
  const many = Array.from({ length: MANY }, (_, index) => states[index % SERIES]!);
  let bytes = cbor.encode(encodeSeries(detector, many));
  const timeSeconds = START_SECONDS + (LEARNT_POINTS + ROUNDS * TIMED_POINTS) * STEP_SECONDS;
  const rounds = Array.from({ length: MANY_ROUNDS }, (_, round) => {
    const begun = performance.now();
    const restored = decodeSeries(detector, cbor.decode(bytes));
    const scoring = performance.now();
    restored.forEach((state, index) => {
      const value = valueAt(index % SERIES, LEARNT_POINTS + ROUNDS * TIMED_POINTS + round);
      monitorSample(monitor, state, { timeSeconds: timeSeconds + round * STEP_SECONDS, value }, undefined);
    });
    const saving = performance.now();
    bytes = cbor.encode(encodeSeries(detector, restored));
    return { restore: scoring - begun, score: saving - scoring, save: performance.now() - saving };
  });
  return {
    restore10kMilliseconds: rounded(median(rounds.map(({ restore }) => restore))),
    score10kMilliseconds: rounded(median(rounds.map(({ score }) => score))),
    save10kMilliseconds: rounded(median(rounds.map(({ save }) => save))),
  };
}

/** Four kinds of series: a daily rhythm, counts, heavy tails, and a wandering level. */
function valueAt(series: number, index: number): number {
  const noise = normalAt(series, index);
  switch (series % 4) {
    case 0:
      return 50 + 20 * Math.sin((2 * Math.PI * index) / 1440) + 2 * noise;
    case 1:
      return Math.floor(-20 * Math.log(1 - uniformAt(series, index)));
    case 2:
      return (1 - uniformAt(series, index)) ** -0.6;
    default:
      return 100 + 5 * Math.sin(index / 97) + 3 * Math.sin(index / 331) + 0.5 * noise;
  }
}

function plainArrays(_key: string, value: unknown): unknown {
  return value instanceof Float64Array || value instanceof Uint32Array ? Array.from(value) : value;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function report(figures: ScoreFigures): string {
  return [
    `one sample, whole            ${(figures.nanosecondsPerPoint / 1000).toFixed(2)} µs`,
    `one state                    ${figures.stateBytesCbor} bytes of CBOR, ${figures.stateBytesJson} of JSON`,
    `10,000 series: restore       ${figures.restore10kMilliseconds} ms`,
    `               score         ${figures.score10kMilliseconds} ms`,
    `               save          ${figures.save10kMilliseconds} ms`,
    '',
  ].join('\n');
}
