import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import { type AskedSteps, samplesAtSteps } from './steps-of-samples.ts';

/** Of a text of an answer that is shown to a person. */
const MOST_CHARACTERS = 200;

/** One series of an answer: what can be scored of it, and what is to be said of it. */
export interface FoundSeries {
  /** Undefined when none of it can be scored. */
  readonly series: Series | undefined;
  /** What can't be scored, in words; undefined for a series in order. */
  readonly objection: string | undefined;
  /** Whether the query is at fault, not the answer. */
  readonly isOfQuery: boolean;
  /** Bytes that it takes in memory, roughly. */
  readonly bytes: number;
}

const HISTOGRAMS = 'native histograms, not numbers: take histogram_quantile() or histogram_count() of it';
/** What an object, its map of labels and two typed arrays take, in bytes. */
const BYTES_PER_SERIES = 600;
const BYTES_PER_SAMPLE = 16;

/**
 * Reads one series of a matrix. One that can't be scored is no error of the others.
 *
 * @param entry as JSON.parse gave it.
 * @param asked the steps that are kept; all samples are when left out.
 */
export function readSeries(entry: unknown, asked: AskedSteps | undefined): FoundSeries {
  if (typeof entry !== 'object' || entry === null) return refused('A series of the answer is no object');
  const { metric, values, histograms } = entry as {
    metric?: unknown;
    values?: unknown;
    histograms?: unknown;
  };
  if (typeof metric !== 'object' || metric === null || Array.isArray(metric))
    return refused('A series of the answer has no labels or no values');
  let labelCharacters = 0;
  for (const [label, value] of Object.entries(metric)) {
    if (typeof value !== 'string')
      return refused(
        `The series ${shortened(JSON.stringify(metric))} has the label ${label}, which is not text`,
      );
    labelCharacters += label.length + value.length;
  }
  const labels = metric as Labels;
  const name = () => shortened(seriesKey(labels));
  if (values === undefined && histograms !== undefined)
    return refused(`The query returns for the series ${name()} ${HISTOGRAMS}`, true);
  if (!Array.isArray(values)) return refused('A series of the answer has no labels or no values');
  const times: number[] = [];
  const numbers: number[] = [];
  for (const pair of values) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string')
      return refused(`A sample of the series ${name()} is not a pair of time and text`);
    const value = parseValue(pair[1]);
    if (value === undefined)
      return refused(
        `The series ${name()} has the value ${shortened(JSON.stringify(pair[1]))}, which is not a number`,
      );
    times.push(pair[0]);
    numbers.push(value);
  }
  const { samples, outside } =
    asked === undefined
      ? { samples: { timesSeconds: new Float64Array(times), values: new Float64Array(numbers) }, outside: 0 }
      : samplesAtSteps(times, numbers, asked);
  const objections = [
    ...(Array.isArray(histograms) && histograms.length > 0
      ? [`The series ${name()} has at ${histograms.length} steps ${HISTOGRAMS}`]
      : []),
    ...(outside > 0
      ? [
          `${outside} samples of the series ${name()} lie outside of the steps that were asked for, and are left out`,
        ]
      : []),
  ];
  return {
    series: { labels, samples },
    objection: objections.length === 0 ? undefined : objections.join('; '),
    isOfQuery: false,
    bytes: BYTES_PER_SERIES + 2 * labelCharacters + BYTES_PER_SAMPLE * samples.values.length,
  };
}

/** A series that is too large to be read. @param head the beginning of its JSON. */
export function oversizedSeries(head: string, maximumBytes: number): FoundSeries {
  return refused(
    `A series of the answer takes more than ${maximumBytes} bytes, which is more than the steps that were asked for can: ${shortened(head)}`,
    true,
  );
}

function refused(objection: string, isOfQuery = false): FoundSeries {
  return { series: undefined, objection, isOfQuery, bytes: BYTES_PER_SERIES };
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** Prometheus writes "NaN", "+Inf" and "-Inf" besides decimal numbers; undefined for anything else. */
function parseValue(text: string): number | undefined {
  const value = Number(text);
  if (Number.isNaN(value)) {
    if (text === '+Inf') return Infinity;
    if (text === '-Inf') return -Infinity;
    return text === 'NaN' ? Number.NaN : undefined;
  }
  // JavaScript takes an empty text for 0, and hexadecimal, octal and binary numbers for what they are.
  const isDecimal = /^[+-]?[\d.I]/.test(text) && !/^[+-]?0[xob]/i.test(text);
  return isDecimal ? value : undefined;
}
