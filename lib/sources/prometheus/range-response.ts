import * as z from 'zod/mini';
import type { Labels } from '../../series/labels.ts';
import type { Samples } from '../../series/samples.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import type { RangeResult } from '../series-source.ts';

/** Only the envelope goes through the schema: a large answer's samples are checked while they are read. */
const envelope = z.object({
  status: z.enum(['success', 'error']),
  errorType: z.optional(z.string()),
  error: z.optional(z.string()),
  warnings: z.optional(z.array(z.string())),
  data: z.optional(z.object({ resultType: z.string(), result: z.array(z.unknown()) })),
});

/**
 * Reads the body of an answer of `/api/v1/query_range`.
 *
 * @throws SourceUnavailableError when it is not such an answer (a proxy's page, a body cut short).
 * @throws SourceQueryError when Prometheus says that the query is at fault.
 */
export function readRangeResponse(body: string, query: string): RangeResult {
  const parsed = envelope.safeParse(parseJson(body));
  if (!parsed.success) {
    throw new SourceUnavailableError(`The answer is not one of Prometheus' API: ${excerptOf(body)}`);
  }
  const { status, errorType, error, warnings, data } = parsed.data;
  if (status === 'error') throw errorOf(errorType, error, query);
  if (data === undefined || data.resultType !== 'matrix') {
    throw new SourceUnavailableError(
      `Prometheus answered with "${data?.resultType ?? 'no data'}" instead of a matrix`,
    );
  }
  return { series: data.result.map(readSeries), warnings: warnings ?? [] };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceUnavailableError(`The answer is not JSON (${reason}): ${excerptOf(body)}`, {
      cause: error,
    });
  }
}

function excerptOf(body: string): string {
  return body.length === 0 ? 'an empty body' : JSON.stringify(body.slice(0, 120));
}

/** Types as in Prometheus' web/api/v1: `bad_data` and `execution` blame the query, the rest the server or its load. */
function errorOf(errorType: string | undefined, error: string | undefined, query: string): Error {
  const text = `Prometheus refused the query ${query}: ${error ?? 'without a reason'} (${errorType ?? 'unknown type'})`;
  const isQueryAtFault = errorType === 'bad_data' || errorType === 'execution' || errorType === 'not_found';
  return isQueryAtFault ? new SourceQueryError(text) : new SourceUnavailableError(text);
}

function readSeries(entry: unknown): { labels: Labels; samples: Samples } {
  const { metric, values, histograms } = entry as { metric?: Labels; values?: unknown; histograms?: unknown };
  if (histograms !== undefined && values === undefined) {
    throw new SourceQueryError(
      'The query returns native histograms, not numbers: take histogram_quantile() or histogram_count() of it',
    );
  }
  if (typeof metric !== 'object' || metric === null || !Array.isArray(values)) {
    throw new SourceUnavailableError('A series of the answer has no labels or no values');
  }
  const timesSeconds = new Float64Array(values.length);
  const sampleValues = new Float64Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const pair: unknown = values[index];
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string')
      throw new SourceUnavailableError('A sample of the answer is no pair of a time and a text');
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
