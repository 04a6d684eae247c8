import { S3ServiceException } from '@aws-sdk/client-s3';
import type { RetryAdvice } from '../connections/retry.ts';

/** Of a status that says to mend the request, which it is not: the next one is signed and sent anew. */
const PASSING_NAMES = new Set(['RequestTimeout', 'RequestTimeTooSkewed']);

/**
 * Whether a call of S3 is worth repeating: one that did not get through, that was throttled (503 SlowDown, 429), or that
 * met another conditional write of the key (409), after which S3 judges the condition anew.
 */
export function adviceOnS3(error: unknown): RetryAdvice {
  if (!(error instanceof Error)) return { mayRetry: false };
  if (error.name === 'AbortError' || error.name === 'CredentialsProviderError') return { mayRetry: false };
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const passes = status === undefined || status >= 500 || status === 429 || status === 408 || status === 409;
  return { mayRetry: passes || PASSING_NAMES.has(error.name) };
}

/**
 * Of a conditional write: whether somebody else wrote. 412: the condition does not hold. 409: another conditional write
 * of the key is under way still. 404 on If-Match: the object was deleted in between.
 */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode;
  return status === 412 || status === 409 || error.name === 'NoSuchKey';
}
