import type { SelectorPlace } from '../../config/promql-selectors.ts';
import type { Authorization } from '../../connections/authorization.ts';
import { CircuitBreaker, CircuitOpenError } from '../../connections/circuit-breaker.ts';
import type { Connection } from '../../connections/connection.ts';
import { type HttpAnswer, HttpTransport, NotConnectedError } from '../../connections/http-transport.ts';
import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  realRetryEnvironment,
  retry,
} from '../../connections/retry.ts';
import { SourceQueryError, SourceTimeoutError, SourceUnavailableError } from '../errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../series-source.ts';
import { AnswerMemory } from './answer-memory.ts';
import { authorized, excerptOf, reasonOf, statusError, textOf } from './api-answers.ts';
import { DEFAULT_LOOKBACK_SECONDS, freshQuery } from './fresh-query.ts';
import { joinChunks, rangeChunks } from './range-chunks.ts';
import { readRangeResponse } from './range-response.ts';

/** How to reach one Prometheus (or anything that speaks its HTTP API: Thanos, Mimir, VictoriaMetrics). */
export interface PrometheusOptions {
  /** The address up to, not including, `/api/v1`. */
  readonly url: string;
  /** Headers sent with every request, such as that of a tenant. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Nobody says who asks when left out. */
  readonly authorization?: Authorization;
  /** Carries the requests; one without TLS settings when left out. */
  readonly transport?: Pick<HttpTransport, 'post'>;
  /** One request is given up after this long, or when the time that the environment leaves is over. */
  readonly timeoutMilliseconds: number;
  readonly retries: RetryPolicy;
  /** Time and luck; by default the real ones with no bound but the attempts. */
  readonly environment?: RetryEnvironment;
  /** Leaves a server alone that is down; shared by whatever asks the same server. None when left out. */
  readonly breaker?: CircuitBreaker | undefined;
  /** Steps in one request; 11,000 when left out, the most that Prometheus takes. */
  readonly maximumPoints?: number;
  /** A larger answer is refused; 64 when left out. */
  readonly maximumMegabytes?: number;
  /** Bounds what all answers take at once; in proportion to the memory of the process when left out. */
  readonly memory?: AnswerMemory | undefined;
  /** A sample older than this stands for no step; see fresh-query.ts. Prometheus' own lookback when left out. */
  readonly staleAfterSeconds?: number;
  /** Where the instant selectors of a query stand; a query without them is sent as it is. */
  readonly selectorsOf?: (query: string) => readonly SelectorPlace[] | undefined;
}

const MAXIMUM_POINTS = 11_000;
const MAXIMUM_MEGABYTES = 64;
/** A query that any server answers at once: it shows whether the server is up, whatever other queries do to it. */
const CHEAP_QUERY = 'vector(1)';
const MOST_PROBE_MILLISECONDS = 5000;
/** A server that asks for more is asked again all the same: no header may blind a metric for long. */
const LONGEST_REST_MILLISECONDS = 120_000;

/** A Prometheus as a source of series, by its HTTP API. */
export class PrometheusSource implements SeriesSource {
  readonly name = 'prometheus';
  readonly isSimulated = false;
  readonly #options: PrometheusOptions;
  readonly #environment: RetryEnvironment;
  readonly #transport: Pick<HttpTransport, 'post'>;
  readonly #breaker: CircuitBreaker;
  readonly #memory: AnswerMemory;
  /** By query: until when the server asked not to be asked for it again, by `performance.now`. */
  readonly #restUntil = new Map<string, number>();

  constructor(options: PrometheusOptions) {
    this.#options = options;
    this.#environment = options.environment ?? realRetryEnvironment(() => Infinity);
    this.#transport = options.transport ?? new HttpTransport();
    this.#memory = options.memory ?? AnswerMemory.ofThisProcess();
    this.#breaker =
      options.breaker ?? new CircuitBreaker({ failures: Infinity, pauseMilliseconds: 0 }, () => 0);
  }

  /** A query of more steps than one request may have is asked in several, the oldest first. */
  async queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    const results: RangeResult[] = [];
    for (const chunk of rangeChunks(query, this.#options.maximumPoints ?? MAXIMUM_POINTS)) {
      results.push(await this.#queryChunk(chunk, signal));
    }
    return joinChunks(results);
  }

  async check(signal?: AbortSignal): Promise<Connection> {
    const { url } = this.#options;
    try {
      const body = new URLSearchParams({ query: CHEAP_QUERY });
      const answer = JSON.parse(await this.#post('/api/v1/query', body, signal, textOf));
      return { service: this.name, isUp: answer?.status === 'success', detail: url };
    } catch (error) {
      return { service: this.name, isUp: false, detail: reasonOf(error) };
    }
  }

  #queryChunk(query: RangeQuery, signal: AbortSignal | undefined): Promise<RangeResult> {
    const { retries, maximumMegabytes = MAXIMUM_MEGABYTES } = this.#options;
    const body = new URLSearchParams({
      ...this.#freshly(query.query),
      start: String(query.startSeconds),
      end: String(query.endSeconds),
      step: String(query.stepSeconds),
    });
    const read = async (answer: HttpAnswer) => {
      using account = this.#memory.open();
      const bounds = { maximumMegabytes, maximumSeries: query.maximumSeries, asked: query, account };
      return {
        ...(await readRangeResponse(answer.body, query.query, bounds)),
        clockSeconds: clockOf(answer),
      };
    };
    const call = () => this.#post('/api/v1/query_range', body, signal, read);
    return retry(
      (attempt) => this.#whenRested(query.query, attempt, () => this.#throughBreaker(call, signal)),
      (error) => (signal?.aborted ? { mayRetry: false } : adviceOn(error)),
      retries,
      this.#environment,
    );
  }

  /**
   * Asks, unless the server wants to be left alone with this query: whoever asked before may have been ended while it
   * waited.
   *
   * @param attempt counted from 0: before the others the retries have waited.
   */
  async #whenRested<T>(query: string, attempt: number, ask: () => Promise<T>): Promise<T> {
    const rest = (this.#restUntil.get(query) ?? 0) - performance.now();
    if (attempt === 0 && rest > 0)
      throw new SourceUnavailableError(
        `Prometheus at ${this.#options.url} asked to be left alone for another ${Math.ceil(rest / 1000)} s`,
        { retryAfterMilliseconds: rest },
      );
    this.#restUntil.delete(query);
    try {
      return await ask();
    } catch (error) {
      if (error instanceof SourceUnavailableError && error.retryAfterMilliseconds !== undefined) {
        const wait = Math.min(error.retryAfterMilliseconds, LONGEST_REST_MILLISECONDS);
        this.#restUntil.set(query, performance.now() + wait);
      }
      throw error;
    }
  }

  /**
   * The query so that only samples count that are new enough. One whose selectors are not known is sent as it is, with
   * the lookback that it should have: servers that know this parameter obey it, others ignore it.
   */
  #freshly(query: string): Record<string, string> {
    const { staleAfterSeconds = DEFAULT_LOOKBACK_SECONDS, selectorsOf } = this.#options;
    if (staleAfterSeconds === DEFAULT_LOOKBACK_SECONDS) return { query };
    const selectors = selectorsOf?.(query);
    return selectors === undefined
      ? { query, lookback_delta: String(staleAfterSeconds) }
      : { query: freshQuery(query, selectors, staleAfterSeconds) };
  }

  async #throughBreaker<T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await this.#breaker.run(
        call,
        (error) =>
          signal?.aborted || error instanceof SourceTimeoutError
            ? undefined
            : error instanceof SourceUnavailableError,
        () => this.#isAlive(),
      );
    } catch (error) {
      if (!(error instanceof CircuitOpenError)) throw error;
      const { message, cause } = error;
      const last = cause instanceof Error ? `; at last: ${cause.message}` : '';
      throw new SourceUnavailableError(`Prometheus at ${this.#options.url}: ${message}${last}`, {
        cause: error,
      });
    }
  }

  /** Whether the server answers a cheap query, whatever it says; undefined when it takes too long. */
  async #isAlive(): Promise<boolean | undefined> {
    try {
      await this.#post('/api/v1/query', new URLSearchParams({ query: CHEAP_QUERY }), undefined, textOf, {
        timeoutMilliseconds: Math.min(this.#options.timeoutMilliseconds, MOST_PROBE_MILLISECONDS),
      });
      return true;
    } catch (error) {
      if (error instanceof SourceTimeoutError) return undefined;
      return error instanceof SourceQueryError;
    }
  }

  /** A query goes by POST, since a GET's address is too short for long PromQL. */
  async #post<T>(
    path: string,
    body: URLSearchParams,
    signal: AbortSignal | undefined,
    read: (answer: HttpAnswer) => Promise<T>,
    { timeoutMilliseconds }: Pick<PrometheusOptions, 'timeoutMilliseconds'> = this.#options,
  ): Promise<T> {
    const { url: base, headers, authorization } = this.#options;
    const url = new URL(`${base.replace(/\/+$/, '')}${path}`);
    const allowed = Math.floor(Math.min(timeoutMilliseconds, this.#environment.remainingMilliseconds()));
    if (allowed <= 0) throw new SourceTimeoutError(`Prometheus at ${url} was not asked: no time is left`);
    const timeout = AbortSignal.timeout(allowed);
    try {
      const unsigned = {
        url,
        body: String(body),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
          ...headers,
        },
      };
      const answer = await this.#transport.post({
        ...unsigned,
        headers: authorization === undefined ? unsigned.headers : await authorized(unsigned, authorization),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      // 400 and 422 carry Prometheus' own explanation in the body, which range-response.ts reads.
      const isApi = answer.header('content-type')?.includes('json') === true;
      if (answer.status === 200 || ((answer.status === 400 || answer.status === 422) && isApi))
        return await read(answer);
      throw statusError(answer, url, await excerptOf(answer));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SourceQueryError || error instanceof SourceUnavailableError) throw error;
      if (timeout.aborted && !(error instanceof NotConnectedError)) {
        const message = `Prometheus at ${url} gave no answer within ${allowed} ms: the query is slow, or the server is busy`;
        throw new SourceTimeoutError(message, { cause: error });
      }
      const reason = timeout.aborted ? `no connection within ${allowed} ms` : reasonOf(error);
      throw new SourceUnavailableError(`Prometheus at ${url} can't be reached: ${reason}`, { cause: error });
    }
  }
}

/**
 * The server's clock, from the header that every answer has; undefined where a proxy took it away. A cache that answers
 * for the server says how old the answer is.
 * Source: RFC 9111, section 5.1, "Age".
 */
function clockOf(answer: HttpAnswer): number | undefined {
  const milliseconds = Date.parse(answer.header('date') ?? '');
  if (Number.isNaN(milliseconds)) return undefined;
  const ageSeconds = Number(answer.header('age')) || 0;
  return milliseconds / 1000 + Math.max(0, ageSeconds);
}

function adviceOn(error: unknown): RetryAdvice {
  // A query that took too long once does so again: whoever asks decides whether a shorter one, or a later one, is better.
  const isPassing = error instanceof SourceUnavailableError && !(error instanceof SourceTimeoutError);
  if (!isPassing || error.cause instanceof CircuitOpenError) return { mayRetry: false };
  return { mayRetry: true, waitMilliseconds: error.retryAfterMilliseconds };
}
