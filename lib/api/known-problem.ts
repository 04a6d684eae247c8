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
 * The problem for an error of a use case: its message when the caller can act on it; otherwise an internal
 * error without details.
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
  const message =
    "The request is valid. Try again later; if the error persists, search the API function's log for this instance.";
  return new ProblemError('internal-error', message, {}, options);
}
