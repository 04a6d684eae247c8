/** How often and how patiently a call that may succeed later is repeated. */
export interface RetryPolicy {
  /** Calls in all, the first one included; >= 1. */
  readonly attempts: number;
  /** The first pause's upper bound in milliseconds; it doubles with each attempt. */
  readonly baseDelayMilliseconds: number;
  /** No pause is longer. */
  readonly maximumDelayMilliseconds: number;
}

/** The outside world of a retry, so that tests need neither wait nor luck. */
export interface RetryEnvironment {
  /** Milliseconds left to work in; no pause is begun that would end after it. */
  readonly remainingMilliseconds: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Called with the error of each try that is repeated. */
  readonly retried?: (error: unknown) => void;
}

/** Whether a failed call may be repeated, and how long the server asked to wait at least. */
export interface RetryAdvice {
  readonly mayRetry: boolean;
  readonly waitMilliseconds?: number | undefined;
}

/** Wall-clock pauses and Math.random, for as long as `remainingMilliseconds` says. */
export function realRetryEnvironment(remainingMilliseconds: () => number): RetryEnvironment {
  return {
    remainingMilliseconds,
    random: Math.random,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
}

/**
 * Calls until it succeeds, may not be repeated, or the attempts or the time run out; then the last error is thrown.
 * Pauses are exponential with full jitter: uniform in [0, base * 2^attempt), never below what the server asked for.
 * Source: Brooker 2015, Exponential Backoff and Jitter (AWS Architecture Blog), "full jitter".
 */
export async function retry<T>(
  call: (attempt: number) => Promise<T>,
  adviceOn: (error: unknown) => RetryAdvice,
  policy: RetryPolicy,
  environment: RetryEnvironment,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call(attempt);
    } catch (error) {
      const advice = adviceOn(error);
      if (!advice.mayRetry || attempt + 1 >= policy.attempts) throw error;
      const bound = Math.min(policy.maximumDelayMilliseconds, policy.baseDelayMilliseconds * 2 ** attempt);
      const pause = Math.max(environment.random() * bound, advice.waitMilliseconds ?? 0);
      if (pause >= environment.remainingMilliseconds()) throw error;
      environment.retried?.(error);
      await environment.sleep(pause);
    }
  }
}
