import { type WatchedConnection, watchedRetries } from '../connections/connection-watch.ts';
import { type RetryEnvironment, type RetryPolicy, realRetryEnvironment } from '../connections/retry.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Pauses of at least this length are logged. */
const LONG_PAUSE_MILLISECONDS = 1000;

/** Retries within the time left, recorded when the connection is watched; long pauses are logged. */
export function retryEnvironment(
  remainingMilliseconds: () => number,
  connection: WatchedConnection | undefined,
  logger: Logger,
): RetryEnvironment {
  const environment: RetryEnvironment = {
    ...realRetryEnvironment(remainingMilliseconds),
    retried: (error, pauseMilliseconds) => {
      if (pauseMilliseconds < LONG_PAUSE_MILLISECONDS) return;
      const seconds = Math.ceil(pauseMilliseconds / 1000);
      logger.warn(`A call failed and is repeated in ${seconds} s`, { error });
    },
  };
  return connection === undefined ? environment : watchedRetries(environment, connection);
}

/** @param retries attempts after the first call. */
export function retryPolicy(retries: number): RetryPolicy {
  return { attempts: retries + 1, baseDelayMilliseconds: 200, maximumDelayMilliseconds: 5000 };
}
