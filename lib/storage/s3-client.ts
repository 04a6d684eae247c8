import { S3Client } from '@aws-sdk/client-s3';

/** S3 that can't be reached is given up after this long. */
const CONNECTION_MILLISECONDS = 2000;
/** A line over which nothing moves is given up after this long; a large object that keeps coming is not. */
const IDLE_MILLISECONDS = 5000;

/**
 * A client that does not wait for ever. It does not repeat by itself unless it is told to, since an S3ObjectStore does, who
 * knows when the invocation ends.
 */
export function s3Client({ maxAttempts = 1, idleMilliseconds = IDLE_MILLISECONDS } = {}): S3Client {
  return new S3Client({
    maxAttempts,
    requestHandler: { connectionTimeout: CONNECTION_MILLISECONDS, socketTimeout: idleMilliseconds },
  });
}
