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
  /** Called with the error of each try that is repeated, and how long the pause before the next one is. */
  readonly retried?: (error: unknown, pauseMilliseconds: number) => void;
}

/** Whether a failed call may be repeated, and how long the server asked to wait at least. */
export interface RetryAdvice {
  readonly mayRetry: boolean;
  readonly waitMilliseconds?: number | undefined;
}

/** A server that wants to be left alone for longer than this is left to a later run, even where nothing limits the time. */
const LONGEST_WAIT_MILLISECONDS = 120_000;

/**
 * How long the header Retry-After asks to wait: it carries seconds, or the date from which on one may ask again.
 *
 * @param header undefined or empty when the server sent none.
 * @param nowMilliseconds the present, Unix milliseconds; by the server's own clock where that is known.
 * @returns milliseconds > 0; undefined when there is nothing to wait for.
 * Source: RFC 9110, section 10.2.3.
 */
export function retryAfterMilliseconds(
  header: string | undefined,
  nowMilliseconds: number,
): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const wait = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMilliseconds;
  return wait > 0 ? wait : undefined;
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
 * Pauses are exponential with full jitter: uniform in [0, base * 2^attempt), never below what the server asked for. A
 * server that asks for more than two minutes, or for more time than is left, is not called again.
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
      if (pause > LONGEST_WAIT_MILLISECONDS || pause >= environment.remainingMilliseconds()) throw error;
      environment.retried?.(error, pause);
      await environment.sleep(pause);
    }
  }
}
