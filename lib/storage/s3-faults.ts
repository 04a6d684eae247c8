import { S3ServiceException } from '@aws-sdk/client-s3';
import type { RetryAdvice } from '../connections/retry.ts';

/** These come with a status of a faulty request, but the request is valid: it is signed and sent again. */
const PASSING_NAMES = new Set(['RequestTimeout', 'RequestTimeTooSkewed']);

/**
 * Whether to retry a call of S3: one without a response, a throttled one (503 SlowDown, 429), or one that met
 * another conditional write of the key (409), after which S3 checks the condition again.
 */
export function adviceOnS3(error: unknown): RetryAdvice {
  if (!(error instanceof Error)) return { mayRetry: false };
  if (error.name === 'AbortError' || error.name === 'CredentialsProviderError') return { mayRetry: false };
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  const passes = status === undefined || status >= 500 || status === 429 || status === 408 || status === 409;
  return { mayRetry: passes || PASSING_NAMES.has(error.name) };
}

/**
 * Whether a conditional write failed because of another writer. 412: the condition does not hold. 409:
 * another conditional write of the key is in progress. 404 on If-Match: the object was deleted in the
 * meantime.
 */
export function isConflict(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  const status = error.$metadata.httpStatusCode;
  return status === 412 || status === 409 || error.name === 'NoSuchKey';
}
