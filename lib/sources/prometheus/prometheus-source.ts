import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  realRetryEnvironment,
  retry,
} from '../../telemetry/retry.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../series-source.ts';
import { readRangeResponse } from './range-response.ts';

/** How to reach one Prometheus (or anything that speaks its HTTP API: Thanos, Mimir, VictoriaMetrics). */
export interface PrometheusOptions {
  /** The address up to, not including, `/api/v1`. */
  readonly url: string;
  /** Headers sent with every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One request is given up after this long. */
  readonly timeoutMilliseconds: number;
  readonly retries: RetryPolicy;
  /** Time and luck; by default the real ones with no bound but the attempts. */
  readonly environment?: RetryEnvironment;
}

/** A Prometheus as a source of series, by its HTTP API. */
export class PrometheusSource implements SeriesSource {
  readonly name = 'prometheus';
  readonly isSimulated = false;
  readonly #options: PrometheusOptions;
  readonly #environment: RetryEnvironment;

  constructor(options: PrometheusOptions) {
    this.#options = options;
    this.#environment = options.environment ?? realRetryEnvironment(() => Infinity);
  }

  async queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    const body = new URLSearchParams({
      query: query.query,
      start: String(query.startSeconds),
      end: String(query.endSeconds),
      step: String(query.stepSeconds),
    });
    return retry(
      async () => readRangeResponse(await this.#post('/api/v1/query_range', body, signal), query.query),
      adviceOn,
      this.#options.retries,
      this.#environment,
    );
  }

  async check(signal?: AbortSignal): Promise<{ service: string; isUp: boolean; detail: string }> {
    try {
      const answer = JSON.parse(
        await this.#post('/api/v1/query', new URLSearchParams({ query: 'vector(1)' }), signal),
      );
      return { service: this.name, isUp: answer.status === 'success', detail: this.#options.url };
    } catch (error) {
      return {
        service: this.name,
        isUp: false,
        detail: error instanceof Error ? error.message : String(error),
      };
    }
  }

  /** A query goes by POST, since a GET's address is too short for long PromQL. */
  async #post(path: string, body: URLSearchParams, signal?: AbortSignal): Promise<string> {
    const { url, headers, timeoutMilliseconds } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMilliseconds);
    const address = `${url.replace(/\/+$/, '')}${path}`;
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          ...headers,
        },
        body,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      const reason = timeout.aborted ? `no answer within ${timeoutMilliseconds} ms` : reasonOf(error);
      throw new SourceUnavailableError(`Prometheus at ${address} can't be reached: ${reason}`, {
        cause: error,
      });
    }
    // 400 and 422 carry Prometheus' own explanation in the body, which range-response.ts reads.
    if (response.ok || ((response.status === 400 || response.status === 422) && text.startsWith('{')))
      return text;
    throw statusError(response, address, text);
  }
}

function statusError(response: Response, address: string, text: string): Error {
  const said = text.trim().slice(0, 200);
  const message = `Prometheus at ${address} answered ${response.status} ${response.statusText}${said ? `: ${said}` : ''}`;
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const seconds = Number(response.headers.get('retry-after'));
    return new SourceUnavailableError(message, {
      retryAfterMilliseconds: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
    });
  }
  const advice =
    response.status === 401 || response.status === 403 ? '; check source.auth in the configuration' : '';
  return new SourceQueryError(message + advice);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof SourceUnavailableError)) return { mayRetry: false };
  return { mayRetry: true, waitMilliseconds: error.retryAfterMilliseconds };
}
