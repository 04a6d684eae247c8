import type { Authorization } from '../connections/authorization.ts';
import type { HttpTransport } from '../connections/http-transport.ts';
import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  retry,
  retryAfterMilliseconds,
} from '../connections/retry.ts';
import type { Labels } from '../series/labels.ts';
import { AlertRequestError } from './errors.ts';

/** How to reach one Alertmanager. */
export interface AlertmanagerClientOptions {
  /** Base URL, without `/api/v2`. */
  readonly url: string;
  /** Adds the credentials to a request's headers. No authentication when omitted. */
  readonly authorization?: Authorization;
  /** Timeout of one request; the time left in the environment may shorten it. */
  readonly timeoutMilliseconds: number;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
  /** Sends the requests. */
  readonly transport: Pick<HttpTransport, 'post'>;
}

/** An alert as API v2 takes it (`postableAlert`). */
export interface PostableAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** Posts alerts to the API v2 of a Prometheus Alertmanager. */
export class AlertmanagerClient {
  readonly #options: AlertmanagerClientOptions;

  constructor(options: AlertmanagerClientOptions) {
    this.#options = options;
  }

  /**
   * Sends the alerts in one request, with retries of faults that may pass.
   *
   * @throws AlertRequestError
   */
  async post(alerts: readonly PostableAlert[]): Promise<void> {
    const { retries, environment } = this.#options;
    await retry(() => this.postOnce(alerts), adviceOn, retries, environment);
  }

  /**
   * Sends the alerts in one request, without retries.
   *
   * @throws AlertRequestError
   */
  async postOnce(alerts: readonly PostableAlert[]): Promise<void> {
    const { url, timeoutMilliseconds, authorization, transport, environment } = this.#options;
    const allowed = Math.floor(Math.min(timeoutMilliseconds, environment.remainingMilliseconds()));
    if (allowed <= 0)
      throw new AlertRequestError(`Alertmanager at ${url} was not called: no time is left`, false);
    const signal = AbortSignal.timeout(allowed);
    const unsigned = {
      url: new URL(`${url}/api/v2/alerts`),
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    };
    let status: number;
    let text: string;
    let waitMilliseconds: number | undefined;
    try {
      const headers = (await authorization?.(unsigned)) ?? unsigned.headers;
      const answer = await transport.post({ ...unsigned, headers, signal });
      status = answer.status;
      waitMilliseconds = retryAfterMilliseconds(answer.header('retry-after'), Date.now());
      text = Buffer.concat(await Array.fromAsync(answer.body)).toString();
    } catch (error) {
      const reason = signal.aborted ? `no answer within ${allowed} ms` : reasonOf(error);
      throw new AlertRequestError(`Alertmanager at ${url} can't be reached: ${reason}`, true, {
        cause: error,
      });
    }
    if (status >= 200 && status < 300) return;
    const advice = status === 401 || status === 403 ? '; check alerts.alertmanager.auth' : '';
    throw new AlertRequestError(
      `Alertmanager at ${url} answered ${status}: ${text.trim().slice(0, 200)}${advice}`,
      status >= 500 || status === 429 || status === 408,
      { retryAfterMilliseconds: waitMilliseconds },
    );
  }
}

function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof AlertRequestError)) return { mayRetry: false };
  return { mayRetry: error.mayPass, waitMilliseconds: error.retryAfterMilliseconds };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
