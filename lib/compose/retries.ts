import { type WatchedConnection, watchedRetries } from '../connections/connection-watch.ts';
import { type RetryEnvironment, type RetryPolicy, realRetryEnvironment } from '../connections/retry.ts';

/** Retries within the time left, recorded when the connection is watched. */
export function retryEnvironment(
  remainingMilliseconds: () => number,
  connection: WatchedConnection | undefined,
): RetryEnvironment {
  const environment = realRetryEnvironment(remainingMilliseconds);
  return connection === undefined ? environment : watchedRetries(environment, connection);
}

/** @param retries attempts after the first call. */
export function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, baseDelayMilliseconds: 200, maximumDelayMilliseconds: 5000 };
}
