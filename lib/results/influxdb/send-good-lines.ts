import { ResultsRejectedError } from '../errors.ts';
import type { RefusedLines } from './refused-lines.ts';

/** A refusal, and the lines that it concerns. */
export interface Rejection {
  readonly error: ResultsRejectedError;
  readonly lines: readonly string[];
  /** What the server says of the first of them, where it names them. */
  readonly reason?: string | undefined;
  readonly count: number;
}

/**
 * Sends lines so that bad ones cost only themselves. Where the server names them, the others are sent without them, or
 * are stored already; where it refuses a request as a whole, its lines are halved until the bad ones are alone. A line
 * that is sent again is the same point, so it does not matter what a refused request has stored.
 *
 * @param send throws a ResultsRejectedError for lines that the server refuses for what they are.
 * @param refusedOf what a rejection says of its request's lines.
 * @param mostRequests beyond these, what is refused is given up as it is: where every line is bad, thousands of requests
 *   would find that out one by one.
 * @returns the rejections of what can't be stored; none when everything is.
 * @throws whatever else `send` throws.
 */
export async function sendGoodLines(
  lines: readonly string[],
  send: (lines: readonly string[]) => Promise<void>,
  refusedOf: (rejection: ResultsRejectedError, lines: readonly string[]) => RefusedLines,
  mostRequests: number,
): Promise<Rejection[]> {
  let requests = 0;
  const rejections: Rejection[] = [];
  // The first half is sent before the second: the last one in is the next one out.
  const waiting = [lines];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    requests += 1;
    try {
      await send(next);
    } catch (error) {
      if (!(error instanceof ResultsRejectedError)) throw error;
      const { named, count, areOthersStored } = refusedOf(error, next);
      const bad = next.filter((_, index) => named.has(index));
      const [reason] = named.values();
      if (areOthersStored) {
        rejections.push({ error, lines: bad, reason, count: count ?? next.length });
      } else if (next.length === 1 || requests >= mostRequests) {
        rejections.push({ error, lines: next, reason, count: next.length });
      } else if (bad.length > 0) {
        rejections.push({ error, lines: bad, reason, count: bad.length });
        if (bad.length < next.length) waiting.push(next.filter((_, index) => !named.has(index)));
      } else {
        const middle = Math.ceil(next.length / 2);
        waiting.push(next.slice(middle), next.slice(0, middle));
      }
    }
  }
  return rejections;
}
