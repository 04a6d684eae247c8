import { UnknownModelVersionError } from '../models/errors.ts';
import {
  IdempotencyKeyReusedError,
  InvalidRequestError,
  UnknownAlertError,
  UnknownMetricError,
  UnknownRunError,
} from '../pipeline/errors.ts';
import { ProblemError } from './problem.ts';

/**
 * What a use case threw, as the problem that the one who asked can do something about; anything else is an error of our
 * own, of which nothing is told but where to look it up.
 */
export function knownProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const options = { cause: error };
  if (
    error instanceof UnknownMetricError ||
    error instanceof UnknownRunError ||
    error instanceof UnknownAlertError
  )
    return new ProblemError('not-found', error.message, {}, options);
  if (error instanceof UnknownModelVersionError)
    return new ProblemError('conflict', error.message, {}, options);
  if (error instanceof IdempotencyKeyReusedError || error instanceof InvalidRequestError)
    return new ProblemError('unprocessable-request', error.message, {}, options);
  const told =
    'Nothing is wrong with the request. Try again later; if it stays, look up this instance in the log of the API function.';
  return new ProblemError('internal-error', told, {}, options);
}
