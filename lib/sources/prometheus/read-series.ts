import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { type AskedSteps, samplesAtSteps } from './steps-of-samples.ts';

/** Of a text of an answer that is shown to a person. */
const MOST_CHARACTERS = 200;

/** One series of an answer: what can be scored of it, and what is to be said of it. */
export interface FoundSeries {
  /** Undefined when nobody knows which one it is, or it holds no samples. */
  readonly series: Series | undefined;
  /** Whether it has steps that can be scored, or none at all. */
  readonly isScorable: boolean;
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
  let unreadable = 0;
  let firstUnreadable = '';
  for (let index = 0; index < values.length; index += 1) {
    const pair: unknown = values[index];
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string')
      return refused(`A sample of the series ${name()} is not a pair of time and text`);
    const value = parseValue(pair[1]);
    if (value === undefined) {
      if (unreadable === 0) firstUnreadable = pair[1];
      unreadable += 1;
    }
    timesSeconds[index] = pair[0];
    // A step whose value can't be read is one without a sample; the other steps are scored.
    numbers[index] = value ?? Number.NaN;
  }
  const notNumbers =
    unreadable === 0
      ? undefined
      : `The series ${name()} has at ${unreadable} of ${values.length} steps values that are not numbers, such as ${shortened(JSON.stringify(firstUnreadable))}`;
  const read: Samples = { timesSeconds, values: numbers };
  const { samples, outside } =
    asked === undefined ? { samples: read, outside: 0 } : samplesAtSteps(read, asked);
  return {
    series: { labels, samples },
    objection:
      histograms === undefined && outside === 0 && notNumbers === undefined
        ? undefined
        : objectionTo(name(), histograms, outside, notNumbers),
    isScorable: unreadable === 0 || unreadable < values.length,
    isOfQuery: false,
    bytes: BYTES_PER_SERIES + 2 * labelCharacters + BYTES_PER_SAMPLE * samples.values.length,
  };
}

function objectionTo(
  name: string,
  histograms: unknown,
  outside: number,
  notNumbers: string | undefined,
): string | undefined {
  const objections = notNumbers === undefined ? [] : [notNumbers];
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
  return { series: undefined, isScorable: false, objection, isOfQuery, bytes: BYTES_PER_SERIES };
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
