import { S3Client } from '@aws-sdk/client-s3';

/** The time limit for connecting to S3. */
const CONNECTION_MILLISECONDS = 2000;
/** The time limit for a connection without traffic; a large object that keeps arriving is not interrupted. */
const IDLE_MILLISECONDS = 5000;

/**
 * An S3 client with time limits. It does not retry by default: S3ObjectStore retries, since it knows when the
 * invocation ends.
 */
export function s3Client({ maxAttempts = 1, idleMilliseconds = IDLE_MILLISECONDS } = {}): S3Client {
  return new S3Client({
    maxAttempts,
    requestHandler: { connectionTimeout: CONNECTION_MILLISECONDS, socketTimeout: idleMilliseconds },
  });
}
