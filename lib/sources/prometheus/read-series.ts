import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
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
const ZERO = 0x30;
const SPACE = 0x20;

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
  // An answer has ten thousand of these: no list of entries is made of each.
  for (const label in metric) {
    const value: unknown = (metric as Record<string, unknown>)[label];
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
  const timesSeconds = new Float64Array(values.length);
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const pair: unknown = values[index];
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string')
      return refused(`A sample of the series ${name()} is not a pair of time and text`);
    const value = parseValue(pair[1]);
    if (value === undefined)
      return refused(
        `The series ${name()} has the value ${shortened(JSON.stringify(pair[1]))}, which is not a number`,
      );
    timesSeconds[index] = pair[0];
    numbers[index] = value;
  }
  const read: Samples = { timesSeconds, values: numbers };
  const { samples, outside } =
    asked === undefined ? { samples: read, outside: 0 } : samplesAtSteps(read, asked);
  return {
    series: { labels, samples },
    objection:
      histograms === undefined && outside === 0 ? undefined : objectionTo(name(), histograms, outside),
    isOfQuery: false,
    bytes: BYTES_PER_SERIES + 2 * labelCharacters + BYTES_PER_SAMPLE * samples.values.length,
  };
}

function objectionTo(name: string, histograms: unknown, outside: number): string | undefined {
  const objections: string[] = [];
  if (Array.isArray(histograms) && histograms.length > 0)
    objections.push(`The series ${name} has at ${histograms.length} steps ${HISTOGRAMS}`);
  if (outside > 0)
    objections.push(
      `${outside} samples of the series ${name} lie outside of the steps that were asked for, and are left out`,
    );
  return objections.length === 0 ? undefined : objections.join('; ');
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
  return isDecimal(text) ? value : undefined;
}

/** JavaScript takes an empty text for 0, and hexadecimal, octal and binary numbers for what they are. */
function isDecimal(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === ZERO && text.length > 1) return /^0[\d.eE]/.test(text);
  // Signs, the point, digits and the I of Infinity: no white space, and NaN for an empty text.
  return first > SPACE;
}
