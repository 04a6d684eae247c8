import {
  HttpError,
  InfluxDB,
  RequestTimedOutError,
  setLogger,
  type Transport,
  type WriteApi,
} from '@influxdata/influxdb-client';
import type { Connection } from '../../connections/connection.ts';
import { type TlsSettings, tlsOptions } from '../../connections/http-transport.ts';
import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  realRetryEnvironment,
  retry,
  retryAfterMilliseconds,
} from '../../connections/retry.ts';
import { ResultsRejectedError, ResultsUnavailableError } from '../errors.ts';
import type { ResultRecord, ResultStore } from '../result-store.ts';
import { type RefusedPoints, type Rejection, sendGoodPoints, WHOLE_REQUEST } from '../send-good-points.ts';
import { LineProtocolEncoder } from './line-protocol.ts';
import { refusedLines } from './refused-lines.ts';

/** How to reach one bucket of an InfluxDB 2. */
export interface InfluxDbOptions {
  readonly url: string;
  readonly organization: string;
  readonly bucket: string;
  readonly token: string;
  /** Lines per request; InfluxData recommends 5,000. */
  readonly batchLines: number;
  /** Timeout of one request. */
  readonly timeoutMilliseconds: number;
  readonly retries: RetryPolicy;
  /** Whether requests are compressed; default: true. */
  readonly gzip?: boolean;
  /** The section of the configuration, for advice in errors; default: `results`. */
  readonly section?: string;
  readonly tls?: TlsSettings;
  /** Sends the requests; default: the client's transport over Node's HTTP. */
  readonly transport?: Transport;
  readonly environment?: RetryEnvironment;
}

/** What an error shows of a line that was refused, in characters. */
const SHOWN_LINE_LENGTH = 200;
/** Of several lines, so many are shown. */
const SHOWN_LINES = 2;
/** A server may name each of thousands of lines. */
const SHOWN_REASON_LENGTH = 500;
/** Shorter bodies fit into one packet uncompressed. */
const GZIP_FROM_BYTES = 1024;

// Without this, the client logs every failed write to the console and throws it.
setLogger({ error() {}, warn() {} });

/**
 * Writes results to InfluxDB 2. The client's buffering and retries are off (no timer, no retry, one awaited flush per
 * batch), because its close() may resolve with batches in flight and drops them on 503.
 */
export class InfluxDbResultStore implements ResultStore {
  readonly name = 'influxdb';
  /** A quarter of an hour shows every daily shape, with 96 points a day and series. */
  static readonly bandAheadStepSeconds = 900;
  readonly bandAheadStepSeconds = InfluxDbResultStore.bandAheadStepSeconds;
  readonly #options: InfluxDbOptions;
  readonly #environment: RetryEnvironment;
  readonly #client: InfluxDB;
  readonly #writeApi: WriteApi;
  readonly #encoder = new LineProtocolEncoder();
  /** Fewer than configured once a server, or a proxy before it, has found that too large. */
  #linesPerRequest: number;

  constructor(options: InfluxDbOptions) {
    this.#options = options;
    this.#environment = options.environment ?? realRetryEnvironment(() => Infinity);
    this.#linesPerRequest = options.batchLines;
    this.#client = this.#clientWithin(options.timeoutMilliseconds);
    this.#writeApi = this.#writeApiOf(this.#client);
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    const lines = this.#encoder.encode(records);
    const rejections: Rejection<string>[] = [];
    const send = (some: readonly string[]) =>
      retry(() => this.#send(some), adviceOn, this.#options.retries, this.#environment);
    for (let start = 0; start < lines.length; ) {
      const batch = lines.slice(start, start + this.#linesPerRequest);
      // Rejected lines do not stop the next batch, an unavailable server does.
      rejections.push(...(await sendGoodPoints(batch, send, refusedOf)));
      start += batch.length;
    }
    if (rejections.length > 0) throw merged(rejections);
  }

  async check(): Promise<Connection> {
    try {
      const { status, version }: { status?: string; version?: string } = await this.#client.transport.request(
        '/health',
        '',
        { method: 'GET' },
      );
      return {
        service: this.name,
        isUp: status === 'pass',
        detail: `${this.#options.url} ${version ?? ''}`.trim(),
      };
    } catch (error) {
      return { service: this.name, isUp: false, detail: `${this.#options.url}: ${reasonOf(error)}` };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writeApi.close();
  }

  get #section(): string {
    return this.#options.section ?? 'results';
  }

  #clientWithin(timeoutMilliseconds: number): InfluxDB {
    const { url, token, tls = {}, transport } = this.#options;
    return new InfluxDB({
      url,
      token,
      timeout: timeoutMilliseconds,
      transportOptions: { ...tlsOptions(tls) },
      ...(transport === undefined ? {} : { transport }),
    });
  }

  #writeApiOf(client: InfluxDB): WriteApi {
    const { organization, bucket, batchLines, gzip } = this.#options;
    return client.getWriteApi(organization, bucket, 's', {
      // One more than any batch, so that the client never sends by itself.
      batchSize: batchLines + 1,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: gzip === false ? Infinity : GZIP_FROM_BYTES,
    });
  }

  async #send(batch: readonly string[]): Promise<void> {
    const { url, timeoutMilliseconds } = this.#options;
    const remaining = Math.floor(this.#environment.remainingMilliseconds());
    if (remaining <= 0)
      throw new ResultsUnavailableError(`InfluxDB at ${url} was not written to: no time is left`);
    // The client has one timeout for all requests: a shorter one needs a client of its own.
    const isShort = remaining < timeoutMilliseconds;
    const writeApi = isShort ? this.#writeApiOf(this.#clientWithin(remaining)) : this.#writeApi;
    try {
      writeApi.writeRecords([...batch]);
      await writeApi.flush();
    } catch (error) {
      if (error instanceof HttpError && error.statusCode === 413)
        this.#linesPerRequest = Math.max(1, Math.min(this.#linesPerRequest, Math.floor(batch.length / 2)));
      throw this.#translated(error, batch);
    }
  }

  #translated(error: unknown, lines: readonly string[]): Error {
    const where = `InfluxDB at ${this.#options.url}, bucket "${this.#options.bucket}"`;
    if (!(error instanceof HttpError)) {
      const advice = `check that it runs and that ${this.#section}.url is correct`;
      return new ResultsUnavailableError(`${where} can't be reached: ${reasonOf(error)}; ${advice}`, {
        cause: error,
      });
    }
    const message = saidOf(error);
    const status = error.statusCode;
    if (status === 400 || status === 413 || status === 422) {
      return new ResultsRejectedError(`${where} rejected points (${status})`, lines.length, {
        cause: error,
      });
    }
    if (status >= 500 || status === 429 || status === 408) {
      return new ResultsUnavailableError(`${where} answered ${status}: ${message}`, { cause: error });
    }
    return new ResultsUnavailableError(
      `${where} answered ${status}: ${message}${adviceFor(status, this.#section)}`,
      {
        cause: error,
      },
    );
  }
}

/** What the server said; InfluxDB 3 says it by another name. */
function saidOf({ json, message }: HttpError): string {
  return String(json?.message ?? json?.error ?? message);
}

function refusedOf({ cause }: ResultsRejectedError, lines: readonly string[]): RefusedPoints {
  // What a proxy finds too large says nothing of the lines.
  if (!(cause instanceof HttpError) || cause.statusCode === 413) return WHOLE_REQUEST;
  return refusedLines(cause.statusCode, cause.json ?? saidOf(cause), lines);
}

function adviceFor(status: number, section: string): string {
  if (status === 401) return `; the token is wrong: check the secret in ${section}.token`;
  if (status === 403) return '; the token may not write to this bucket: give it write permission';
  if (status === 404)
    return '; create the bucket and organization, or correct their names in the configuration';
  return '';
}

/** Retries transient errors. Reads Retry-After in seconds, because the client reads it as milliseconds. */
function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof ResultsUnavailableError)) return { mayRetry: false };
  const cause = error.cause;
  // A server that took the whole time-out would take it again: the same records are written by a later tick.
  if (cause instanceof RequestTimedOutError) return { mayRetry: false };
  if (!(cause instanceof HttpError)) return { mayRetry: true };
  return {
    mayRetry: cause.statusCode >= 500 || cause.statusCode === 429 || cause.statusCode === 408,
    waitMilliseconds: retryAfterMilliseconds([cause.headers?.['retry-after'] ?? []].flat()[0], Date.now()),
  };
}

/** One error of all that was refused: what the server said first, and the first bad lines where they are known. */
function merged(rejections: readonly Rejection<string>[]): ResultsRejectedError {
  const [first] = rejections;
  const count = rejections.reduce((sum, rejection) => sum + rejection.count, 0);
  const cause = first?.error.cause;
  const said = first?.reason ?? (cause instanceof HttpError ? saidOf(cause) : '');
  const lines = rejections.filter(isAlone).flatMap(({ points }) => points);
  const shown = lines.slice(0, SHOWN_LINES).map((line) => line.slice(0, SHOWN_LINE_LENGTH));
  const named =
    shown.length === 0
      ? ''
      : lines.length === 1
        ? `; the line is ${shown[0]}`
        : `; ${lines.length} lines, such as ${shown.join(' and ')}`;
  return new ResultsRejectedError(
    `${first?.error.message}: ${said.slice(0, SHOWN_REASON_LENGTH)}${named}`,
    count,
    {
      cause: first?.error,
    },
  );
}

/** Whether the lines of a rejection are bad ones alone, and not what was given up together. */
function isAlone({ points, reason }: Rejection<string>): boolean {
  return reason !== undefined || points.length === 1;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
