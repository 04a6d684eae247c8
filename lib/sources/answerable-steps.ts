import { SourceQueryError } from './errors.ts';
import { joinChunks } from './prometheus/range-chunks.ts';
import { joinRanges } from './refused-ranges.ts';
import type { RangeQuery, RangeResult, RefusedSteps, SeriesSource } from './series-source.ts';

/** A range that is refused is asked for in so many queries at most. */
const MOST_QUERIES = 64;
/** When so many of them were all refused, the query is at fault and not some of its steps. */
const MOST_QUERIES_IN_VAIN = 9;

type Steps = Pick<RangeQuery, 'startSeconds' | 'endSeconds'>;

/** Whether an error may concern only some of the steps that were asked for. */
function isOfSteps(error: unknown): boolean {
  return error instanceof SourceQueryError && error.isOfSteps;
}

/**
 * Asks for a range, and when the source refuses it, for all of it that can be answered: an API of Prometheus refuses the
 * whole range for one step at which a join has two partners. The newest step is asked for by itself, since it matters
 * most; what lies before it is halved until only the steps that are refused by themselves are left.
 *
 * @param mayDivide whether an error may concern only some of the steps.
 * @returns what was answered, and in `refused` what was not.
 * @throws as the source does, when none of the range can be answered.
 */
export async function queryAnswerable(
  source: SeriesSource,
  query: RangeQuery,
  signal?: AbortSignal,
  mayDivide: (error: unknown) => boolean = isOfSteps,
): Promise<RangeResult> {
  try {
    return await source.queryRange(query, signal);
  } catch (error) {
    if (query.startSeconds >= query.endSeconds || !mayDivide(error) || signal?.aborted) throw error;
    return await answerParts(source, query, signal, mayDivide, error);
  }
}

async function answerParts(
  source: SeriesSource,
  query: RangeQuery,
  signal: AbortSignal | undefined,
  mayDivide: (error: unknown) => boolean,
  refusal: unknown,
): Promise<RangeResult> {
  const { startSeconds, endSeconds, stepSeconds } = query;
  const answers: { readonly startSeconds: number; readonly result: RangeResult }[] = [];
  const refused: RefusedSteps[] = [];
  const pieces: Steps[] = [
    { startSeconds: endSeconds, endSeconds },
    ...halves({ startSeconds, endSeconds: endSeconds - stepSeconds }, stepSeconds),
  ];
  for (let asked = 0; pieces.length > 0 && asked < MOST_QUERIES; asked += 1) {
    if (asked >= MOST_QUERIES_IN_VAIN && answers.length === 0) throw refusal;
    // In the order of their size: what is large is looked into before what is small, however it lies.
    const piece = asked === 0 ? pieces.shift() : takeLargest(pieces);
    if (piece === undefined) break;
    try {
      const result = await source.queryRange({ ...query, ...piece }, signal);
      answers.push({ startSeconds: piece.startSeconds, result });
    } catch (error) {
      if (!mayDivide(error) || signal?.aborted) throw error;
      if (piece.startSeconds === piece.endSeconds) refused.push({ ...piece, reason: reasonOf(error) });
      else pieces.push(...halves(piece, stepSeconds));
    }
  }
  if (answers.length === 0) throw refusal;
  const reason = reasonOf(refusal);
  const parts = answers
    .toSorted((one, other) => one.startSeconds - other.startSeconds)
    .map(({ result }) => result);
  const all = [
    ...refused,
    ...pieces.map((piece) => ({ ...piece, reason })),
    ...parts.flatMap((part) => part.refused ?? []),
  ];
  return { ...joinChunks(parts), refused: joinRanges(all, stepSeconds) };
}

function halves({ startSeconds, endSeconds }: Steps, stepSeconds: number): Steps[] {
  if (startSeconds > endSeconds) return [];
  if (startSeconds === endSeconds) return [{ startSeconds, endSeconds }];
  const steps = Math.floor((endSeconds - startSeconds) / stepSeconds) + 1;
  const middle = startSeconds + (Math.floor(steps / 2) - 1) * stepSeconds;
  return [
    { startSeconds, endSeconds: middle },
    { startSeconds: middle + stepSeconds, endSeconds },
  ];
}

function takeLargest(pieces: Steps[]): Steps | undefined {
  let largest = 0;
  for (const [index, piece] of pieces.entries())
    if (length(piece) > length(pieces[largest] as Steps)) largest = index;
  return pieces.splice(largest, 1)[0];
}

function length({ startSeconds, endSeconds }: Steps): number {
  return endSeconds - startSeconds;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
