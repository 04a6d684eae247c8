import { ResultsRejectedError } from './errors.ts';

/** What a server says of the points of a request that it refused, in whole or in part. */
export interface RefusedPoints {
  /** Whether it has stored the points that it did not refuse. */
  readonly areOthersStored: boolean;
  /** The bad points that it names, by their index in the request from 0, each with the reason. */
  readonly named: ReadonlyMap<number, string>;
  /** How many it refused, where it says so or names them. */
  readonly count: number | undefined;
}

/** Of a server that refuses requests as a whole and names no point. */
export const WHOLE_REQUEST: RefusedPoints = { areOthersStored: false, named: new Map(), count: undefined };

/** A refusal, and the points that it concerns. */
export interface Rejection<Point> {
  readonly error: ResultsRejectedError;
  readonly points: readonly Point[];
  /** What the server says of the first of them, where it names them. */
  readonly reason: string | undefined;
  readonly count: number;
}

/** Enough to find five bad points among 5,000; where every point is bad, thousands of requests would find that out one by one. */
const MAXIMUM_REQUESTS = 128;

/**
 * Sends points so that bad ones cost only themselves. Where the server names them, the others are sent without them, or
 * are stored already; where it refuses a request as a whole, its points are halved until the bad ones are alone. A point
 * that is sent again is the same point, so it does not matter what a refused request has stored. After 128 requests, what
 * is refused is given up as it is.
 *
 * @param send throws a ResultsRejectedError for points that the server refuses for what they are.
 * @param refusedOf what a rejection says of its request's points.
 * @returns the rejections of what can't be stored; none when everything is.
 * @throws whatever else `send` throws.
 */
export async function sendGoodPoints<Point>(
  points: readonly Point[],
  send: (points: readonly Point[]) => Promise<void>,
  refusedOf: (rejection: ResultsRejectedError, points: readonly Point[]) => RefusedPoints,
): Promise<Rejection<Point>[]> {
  let requests = 0;
  const rejections: Rejection<Point>[] = [];
  // The first half is sent before the second: the last one in is the next one out.
  const waiting = [points];
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
        rejections.push({ error, points: bad, reason, count: count ?? next.length });
      } else if (next.length === 1 || requests >= MAXIMUM_REQUESTS) {
        rejections.push({ error, points: next, reason, count: next.length });
      } else if (bad.length > 0) {
        rejections.push({ error, points: bad, reason, count: bad.length });
        if (bad.length < next.length) waiting.push(next.filter((_, index) => !named.has(index)));
      } else {
        const middle = Math.ceil(next.length / 2);
        waiting.push(next.slice(middle), next.slice(0, middle));
      }
    }
  }
  return rejections;
}
