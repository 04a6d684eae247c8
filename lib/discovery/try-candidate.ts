import { printableText } from '../config/printable-text.ts';
import type { Series } from '../series/series.ts';
import { SourceQueryError } from '../sources/errors.ts';
import type { SeriesSource } from '../sources/series-source.ts';
import type { Candidate, KeptCandidate, LeftOut, LeftOutReason } from './candidate.ts';

const STEP_SECONDS = 300;
const DAY_SECONDS = 86_400;
/** Series that were not seen for this long are gone. */
const CURRENT_SECONDS = 3600;
/** Of the sum or mean of the same values in another order; a series that varies by less is constant. */
const ROUNDING = 1e-9;
/** A counter is known by more rises than these without a fall that is not to zero. */
const FEWEST_RISES = 12;

/**
 * Runs the query of a candidate over the last day, and decides whether it is worth watching.
 *
 * @param nowSeconds Unix time.
 * @throws SourceUnavailableError when the server can't be reached.
 */
export async function tryCandidate(
  source: SeriesSource,
  candidate: Candidate,
  nowSeconds: number,
): Promise<KeptCandidate | LeftOut> {
  const endSeconds = Math.floor(nowSeconds / STEP_SECONDS) * STEP_SECONDS;
  const window = { startSeconds: endSeconds - DAY_SECONDS, endSeconds, stepSeconds: STEP_SECONDS };
  try {
    const seriesCount = await currentCount(source, candidate.query, nowSeconds);
    if (seriesCount === 0) return leftOut(candidate, 'nothing', 'returned nothing in the last hour');
    if (seriesCount > candidate.seriesLimit) return tooMany(candidate, seriesCount);
    const { labels, query } = candidate;
    const { series } = await source.queryRange({ query, labels, ...window });
    return judged(candidate, series, seriesCount);
  } catch (error) {
    if (!(error instanceof SourceQueryError)) throw error;
    return leftOut(candidate, 'refused', `the server refuses the query: ${printableText(error.message)}`);
  }
}

function judged(
  candidate: Candidate,
  series: readonly Series[],
  seriesCount: number,
): KeptCandidate | LeftOut {
  const long = series.filter(({ samples }) => samples.values.length > 1);
  const constant = long.filter(({ samples }) => isConstant(samples.values));
  if (long.length > 0 && constant.length === long.length) {
    const values = new Set(constant.map(({ samples }) => Number(samples.values[0]!.toPrecision(4))));
    const shown = values.size === 1 ? `was ${[...values][0]}` : 'never changed';
    return leftOut(candidate, 'constant', `${shown} for the whole last day`);
  }
  if (candidate.isPlain && long.length > 0 && long.every(({ samples }) => isCounter(samples.values)))
    return leftOut(
      candidate,
      'counter',
      `only rises, like a counter: rate(${candidate.query}[5m]) may be worth watching`,
    );
  return { candidate, seriesCount, constantCount: constant.length };
}

/**
 * How many series the query returns, or returned last within the hour: what divides by traffic returns nothing while there is
 * none.
 */
async function currentCount(source: SeriesSource, query: string, nowSeconds: number): Promise<number> {
  // A newline ends a comment that the query may end in.
  const count = { query: `count(${query}\n)` };
  // Now, not at the last whole step: a server that was just started has no sample there.
  const now = Math.floor(nowSeconds);
  const current = await source.queryRange({ ...count, startSeconds: now, endSeconds: now, stepSeconds: 1 });
  const seriesCount = current.series[0]?.samples.values[0];
  if (seriesCount !== undefined) return seriesCount;
  const endSeconds = Math.floor(nowSeconds / STEP_SECONDS) * STEP_SECONDS;
  const startSeconds = endSeconds - CURRENT_SECONDS;
  const past = await source.queryRange({ ...count, startSeconds, endSeconds, stepSeconds: STEP_SECONDS });
  return past.series[0]?.samples.values.at(-1) ?? 0;
}

function isConstant(values: Float64Array): boolean {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return !(most - least > ROUNDING * Math.max(Math.abs(least), Math.abs(most)));
}

/** Whether it rises and never falls, but to begin again. */
function isCounter(values: Float64Array): boolean {
  let rises = 0;
  for (let index = 1; index < values.length; index += 1) {
    const change = values[index]! - values[index - 1]!;
    if (change > 0) rises += 1;
    if (change < 0 && values[index]! > values[index - 1]! / 10) return false;
  }
  return rises >= FEWEST_RISES;
}

function tooMany(candidate: Candidate, seriesCount: number): LeftOut {
  const advice =
    candidate.preset === undefined
      ? 'write a query that sums them, such as sum by (job) (...)'
      : `init --max-series ${seriesCount} keeps them; a query that sums them costs less`;
  const explanation = `has ${seriesCount} series, more than ${candidate.seriesLimit}: ${advice}`;
  return leftOut(candidate, 'too-many-series', explanation);
}

function leftOut({ name, query, preset }: Candidate, reason: LeftOutReason, explanation: string): LeftOut {
  return { name, query, preset, reason, explanation };
}
