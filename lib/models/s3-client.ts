import { S3Client } from '@aws-sdk/client-s3';

/** S3 that can't be reached is given up after this long. */
const CONNECTION_MILLISECONDS = 2000;
/** A line over which nothing moves is given up after this long; a large object that keeps coming is not. */
const IDLE_MILLISECONDS = 5000;

/** The client of an S3ObjectStore, which repeats by itself: the SDK would not know when the invocation ends. */
export function s3Client({ idleMilliseconds = IDLE_MILLISECONDS } = {}): S3Client {
  return new S3Client({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MILLISECONDS, socketTimeout: idleMilliseconds },
  });
}
