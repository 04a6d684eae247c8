import * as z from 'zod/mini';
import type { Labels } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import type { RangeResult } from '../series-source.ts';
import { MatrixReader } from './matrix-reader.ts';

const BYTES_PER_MEGABYTE = 1_000_000;

/** A result's elements are pairs that the reader put in the place of the series that it cut out: the first, how many. */
const run = z.tuple([z.number(), z.number()]);
const envelope = z.object({
  status: z.enum(['success', 'error']),
  errorType: z.optional(z.string()),
  error: z.optional(z.string()),
  warnings: z.optional(z.nullable(z.array(z.string()))),
  infos: z.optional(z.nullable(z.array(z.string()))),
  data: z.optional(z.nullable(z.object({ resultType: z.string(), result: z.unknown() }))),
});

/**
 * Reads the body of an answer of `/api/v1/query_range` as it arrives; beside the columns of samples, no more than one
 * series of it is in memory at a time.
 *
 * @param maximumMegabytes of 1,000,000 bytes, unpacked; reading stops past it.
 * @throws SourceUnavailableError when it is not such an answer (a proxy's page, a body cut short).
 * @throws SourceQueryError when Prometheus says that the query is at fault, or the answer is too large.
 */
export async function readRangeResponse(
  body: AsyncIterable<Uint8Array>,
  query: string,
  maximumMegabytes: number,
): Promise<RangeResult> {
  const found: (Series | Error)[] = [];
  const reader = new MatrixReader((text) => {
    const elements = parseJson(`[${text}]`) as unknown[];
    for (const element of elements) found.push(readSeries(element));
    return elements.length;
  });
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maximumMegabytes * BYTES_PER_MEGABYTE) throw tooLarge(query, maximumMegabytes);
    reader.push(chunk);
  }
  const text = reader.end();
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new SourceUnavailableError(`The answer is not one of Prometheus' API: ${excerptOf(text)}`);
  }
  const { status, errorType, error, warnings, infos, data } = parsed.data;
  if (status === 'error') throw errorOf(errorType, error, query);
  if (data?.resultType !== 'matrix' || !Array.isArray(data.result)) {
    throw new SourceUnavailableError(
      `Prometheus answered with "${data?.resultType ?? 'no data'}" instead of a matrix`,
    );
  }
  const series = data.result.flatMap((entry) => {
    const numbers = run.safeParse(entry).data;
    if (numbers === undefined) throw new SourceUnavailableError('A series of the answer is no object');
    return found.slice(numbers[0], numbers[0] + numbers[1]).map(orThrow);
  });
  return { series, warnings: [...(warnings ?? []), ...(infos ?? [])] };
}

function tooLarge(query: string, maximumMegabytes: number): SourceQueryError {
  return new SourceQueryError(
    `The answer to the query ${query} is larger than ${maximumMegabytes} MB: let it return fewer series ` +
      '(sum by, topk, a narrower selector) or a shorter window (limits.pointsPerQuery), or raise limits.responseMegabytes',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceUnavailableError(`The answer is not JSON (${reason}): ${excerptOf(text)}`, {
      cause: error,
    });
  }
}

function excerptOf(text: string): string {
  return text.length === 0 ? 'an empty body' : JSON.stringify(text.slice(0, 120));
}

/** Types as in Prometheus' web/api/v1: `bad_data` and `execution` blame the query, the rest the server or its load. */
function errorOf(errorType: string | undefined, error: string | undefined, query: string): Error {
  const text = `Prometheus refused the query ${query}: ${error ?? 'without a reason'} (${errorType ?? 'unknown type'})`;
  const isQueryAtFault = errorType === 'bad_data' || errorType === 'execution' || errorType === 'not_found';
  return isQueryAtFault ? new SourceQueryError(text) : new SourceUnavailableError(text);
}

/** Told only now: what other servers add to the answer looks like broken series to the reader. */
function orThrow(series: Series | Error): Series {
  if (series instanceof Error) throw series;
  return series;
}

function readSeries(entry: unknown): { labels: Labels; samples: Samples } | Error {
  if (typeof entry !== 'object' || entry === null)
    return new SourceUnavailableError('A series of the answer is no object');
  const { metric, values, histograms } = entry as { metric?: Labels; values?: unknown; histograms?: unknown };
  if (histograms !== undefined && values === undefined) {
    return new SourceQueryError(
      'The query returns native histograms, not numbers: take histogram_quantile() or histogram_count() of it',
    );
  }
  if (typeof metric !== 'object' || metric === null || !Array.isArray(values)) {
    return new SourceUnavailableError('A series of the answer has no labels or no values');
  }
  const timesSeconds = new Float64Array(values.length);
  const sampleValues = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const pair: unknown = values[index];
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') {
      return new SourceUnavailableError('A sample of the answer is not a pair of time and text');
    }
    timesSeconds[index] = pair[0];
    sampleValues[index] = parseValue(pair[1]);
  }
  return { labels: metric, samples: { timesSeconds, values: sampleValues } };
}

/** Prometheus writes "NaN", "+Inf" and "-Inf" besides numbers. */
function parseValue(text: string): number {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  if (text === 'NaN') return Number.NaN;
  throw new SourceUnavailableError(`A sample of the answer has the value ${excerptOf(text)}`);
}
