import * as z from 'zod/mini';
import type { Series } from '../../series/series.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import type { RangeResult } from '../series-source.ts';
import type { AnswerAccount } from './answer-memory.ts';
import { AnswerMemoryError } from './answer-memory.ts';
import { EnvelopeTooLargeError, MatrixReader } from './matrix-reader.ts';
import { type FoundSeries, oversizedSeries, readSeries } from './read-series.ts';
import { refusalOf } from './refusal.ts';
import type { AskedSteps } from './steps-of-samples.ts';

const BYTES_PER_MEGABYTE = 1_000_000;
/** What a series may take: its labels, and so much a step, twice of what a time and a number of 17 digits need. */
const MOST_LABEL_BYTES = 2_000_000;
const MOST_BYTES_PER_STEP = 100;
/** What may stand beside the series: warnings, statistics, a trace. */
const MOST_ENVELOPE_BYTES = 8_000_000;
/** So many series that can't be scored are named, and the others counted. */
const MOST_NAMED = 3;

/** What an answer is to hold, and how much it may. */
export interface AnswerBounds {
  /** Of 1,000,000 bytes, unpacked; reading stops past it. */
  readonly maximumMegabytes: number;
  /** Reading stops past it; no bound when left out. */
  readonly maximumSeries?: number | undefined;
  /** The steps that are kept; everything is when left out. */
  readonly asked?: AskedSteps | undefined;
  /** Where the answer says what it takes in memory; nowhere when left out. */
  readonly account?: AnswerAccount | undefined;
}

/** A result's elements are pairs that the reader put in the place of the series that it cut out: the first, how many. */
const run = z.tuple([z.number(), z.number()]);
const envelope = z.object({
  status: z.enum(['success', 'error']),
  errorType: z.optional(z.string()),
  error: z.optional(z.string()),
  warnings: z.optional(z.nullable(z.array(z.string()))),
  data: z.optional(z.nullable(z.object({ resultType: z.string(), result: z.unknown() }))),
});

/**
 * Reads the body of an answer of `/api/v1/query_range` as it arrives; beside the columns of samples, no more than one
 * series of it is in memory at a time. Infos, such as that the name of a counter is unusual, say nothing of lacking data
 * and are skipped.
 *
 * @returns series that can be scored, and in `notices` what is to be said of the others.
 * @throws SourceUnavailableError when it is not such an answer (a proxy's page, a body cut short).
 * @throws SourceQueryError when Prometheus says that the query is at fault, the answer is too large, or none of its
 *   series can be scored.
 */
export async function readRangeResponse(
  body: AsyncIterable<Uint8Array>,
  query: string,
  bounds: AnswerBounds,
): Promise<RangeResult> {
  const { maximumMegabytes, maximumSeries = Infinity, asked } = bounds;
  const found: FoundSeries[] = [];
  let foundBytes = 0;
  const add = (one: FoundSeries) => {
    found.push(one);
    foundBytes += one.bytes;
  };
  // Of one step alone there is no shorter window.
  const isDivisible = stepCount(asked) > 1;
  const maximumElementBytes = MOST_LABEL_BYTES + MOST_BYTES_PER_STEP * stepCount(asked);
  const reader = new MatrixReader(
    {
      take: (text) => {
        const elements = parseJson(`[${text}]`) as unknown[];
        for (const element of elements) add(readSeries(element, asked));
        return elements.length;
      },
      skip: (head) => add(oversizedSeries(head, maximumElementBytes)),
    },
    { maximumElementBytes, maximumEnvelopeBytes: MOST_ENVELOPE_BYTES },
  );
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > maximumMegabytes * BYTES_PER_MEGABYTE) throw tooLarge(query, maximumMegabytes, isDivisible);
      reader.push(chunk);
      if (found.length > maximumSeries) throw tooManySeries(query, maximumSeries);
      bounds.account?.holds(foundBytes + reader.heldBytes);
    }
  } catch (error) {
    if (error instanceof EnvelopeTooLargeError)
      throw new SourceUnavailableError(`The answer is not one of Prometheus' API: ${error.message}`);
    if (error instanceof AnswerMemoryError) throw tooMuchMemory(query, error, isDivisible);
    throw error;
  }
  const text = reader.end();
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new SourceUnavailableError(`The answer is not one of Prometheus' API: ${excerptOf(text)}`);
  }
  const { status, errorType, error, warnings, data } = parsed.data;
  if (status === 'error') throw refusalOf(errorType, error, query);
  if (data?.resultType !== 'matrix' || !Array.isArray(data.result)) {
    throw new SourceUnavailableError(
      `Prometheus answered with "${data?.resultType ?? 'no data'}" instead of a matrix`,
    );
  }
  // Looked at only now: what other servers add to the answer looks like broken series to the reader.
  const all = data.result.flatMap((entry) => {
    const numbers = run.safeParse(entry).data;
    if (numbers === undefined) throw new SourceUnavailableError('A series of the answer is no object');
    return found.slice(numbers[0], numbers[0] + numbers[1]);
  });
  return { ...scorable(all), warnings: warnings ?? [] };
}

/** @throws when there are series and none can be scored. */
function scorable(all: readonly FoundSeries[]): { series: Series[]; notices: string[] } {
  const series = all.flatMap((one) => one.series ?? []);
  const [first, ...others] = all.filter(({ objection }) => objection !== undefined);
  if (first?.objection === undefined) return { series, notices: [] };
  if (!all.some(({ isScorable }) => isScorable))
    throw first.isOfQuery
      ? new SourceQueryError(first.objection)
      : new SourceUnavailableError(first.objection);
  const named = [first, ...others.slice(0, MOST_NAMED - 1)].flatMap(({ objection }) => objection ?? []);
  const unnamed = 1 + others.length - named.length;
  return { series, notices: unnamed > 0 ? [...named, `${unnamed} more series like these`] : named };
}

function stepCount(asked: AskedSteps | undefined): number {
  if (asked === undefined) return Infinity;
  return Math.floor((asked.endSeconds - asked.startSeconds) / asked.stepSeconds) + 1;
}

function tooManySeries(query: string, maximumSeries: number): SourceQueryError {
  return new SourceQueryError(
    `The query ${query} returns more than ${maximumSeries} series, the limit of the metric: ` +
      'aggregate in the query (sum by, topk) or raise its seriesLimit',
  );
}

function tooMuchMemory(query: string, error: AnswerMemoryError, isOfSteps: boolean): SourceQueryError {
  return new SourceQueryError(
    `The answer to the query ${query} was given up, since ${error.message}: let it return fewer series ` +
      '(sum by, topk, a narrower selector), lower source.concurrency, or give the function more memory',
    { cause: error, isOfSteps },
  );
}

function tooLarge(query: string, maximumMegabytes: number, isOfSteps: boolean): SourceQueryError {
  return new SourceQueryError(
    `The answer to the query ${query} is larger than ${maximumMegabytes} MB: let it return fewer series ` +
      '(sum by, topk, a narrower selector) or a shorter window (limits.pointsPerQuery), or raise limits.responseMegabytes',
    { isOfSteps },
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
