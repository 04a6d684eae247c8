import { ResultsRejectedError } from './errors.ts';

/**
 * Sends points, and where the server refuses them as a whole, halves them until the bad ones are alone: the others are
 * stored. A point that is sent again is the same point, so it does not matter what a refused request has stored.
 *
 * @param send throws a ResultsRejectedError for points that the server refuses for what they are.
 * @param isWhole whether a rejection concerns all points of its request, or the server has stored the good ones.
 * @param mostRequests beyond these, what is refused is given up as it is: where every point is bad, thousands of requests
 *   would find that out one by one.
 * @returns the rejections of what can't be stored; none when everything is.
 * @throws whatever else `send` throws.
 */
export async function sendInHalves<Point>(
  points: readonly Point[],
  send: (points: readonly Point[]) => Promise<void>,
  isWhole: (rejection: ResultsRejectedError) => boolean,
  mostRequests: number,
): Promise<ResultsRejectedError[]> {
  let requests = 0;
  const rejections: ResultsRejectedError[] = [];
  // The first half is sent before the second: the last one in is the next one out.
  const waiting = [points];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    requests += 1;
    try {
      await send(next);
    } catch (error) {
      if (!(error instanceof ResultsRejectedError)) throw error;
      if (!isWhole(error) || next.length === 1 || requests >= mostRequests) rejections.push(error);
      else {
        const middle = Math.ceil(next.length / 2);
        waiting.push(next.slice(middle), next.slice(0, middle));
      }
    }
  }
  return rejections;
}
