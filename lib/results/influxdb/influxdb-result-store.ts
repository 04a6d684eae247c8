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
} from '../../connections/retry.ts';
import { ResultsRejectedError, ResultsUnavailableError } from '../errors.ts';
import type { ResultRecord, ResultStore } from '../result-store.ts';
import { LineProtocolEncoder } from './line-protocol.ts';

/** How to reach one bucket of an InfluxDB 2. */
export interface InfluxDbOptions {
  readonly url: string;
  readonly organization: string;
  readonly bucket: string;
  readonly token: string;
  /** Lines in one request; 5,000 is what InfluxData advises. */
  readonly batchLines: number;
  /** One request is given up after this long. */
  readonly timeoutMilliseconds: number;
  readonly retries: RetryPolicy;
  /** Whether requests are compressed; they are unless it is told otherwise. */
  readonly gzip?: boolean;
  readonly tls?: TlsSettings;
  /** Carries the requests; the client's own over Node's HTTP when left out. */
  readonly transport?: Transport;
  readonly environment?: RetryEnvironment;
}

/** What is shorter fits into one packet as it is. */
const GZIP_FROM_BYTES = 1024;

// The client would log every failed write to the console besides throwing it.
setLogger({ error() {}, warn() {} });

/**
 * Results in InfluxDB 2. The client's own buffering and retrying stay off (no timer, no retry, one awaited flush a
 * batch), since its close() may resolve with batches in flight and drops them on 503.
 */
export class InfluxDbResultStore implements ResultStore {
  readonly name = 'influxdb';
  readonly #options: InfluxDbOptions;
  readonly #environment: RetryEnvironment;
  readonly #client: InfluxDB;
  readonly #writeApi: WriteApi;
  readonly #encoder = new LineProtocolEncoder();

  constructor(options: InfluxDbOptions) {
    this.#options = options;
    this.#environment = options.environment ?? realRetryEnvironment(() => Infinity);
    this.#client = this.#clientWithin(options.timeoutMilliseconds);
    this.#writeApi = this.#writeApiOf(this.#client);
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    const lines = this.#encoder.encode(records);
    const rejections: ResultsRejectedError[] = [];
    for (let start = 0; start < lines.length; start += this.#options.batchLines) {
      const batch = lines.slice(start, start + this.#options.batchLines);
      try {
        await retry(() => this.#send(batch), adviceOn, this.#options.retries, this.#environment);
      } catch (error) {
        // A batch that is refused does not stop the next one; a server that fails does.
        if (!(error instanceof ResultsRejectedError)) throw error;
        rejections.push(error);
      }
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
      // One more than is ever put in, so that the client never sends on its own.
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
    // The client knows one time for all requests: one that has to end sooner has a client of its own.
    const isShort = remaining < timeoutMilliseconds;
    const writeApi = isShort ? this.#writeApiOf(this.#clientWithin(remaining)) : this.#writeApi;
    try {
      writeApi.writeRecords([...batch]);
      await writeApi.flush();
    } catch (error) {
      throw this.#translated(error, batch.length);
    }
  }

  #translated(error: unknown, lineCount: number): Error {
    const where = `InfluxDB at ${this.#options.url}, bucket "${this.#options.bucket}"`;
    if (!(error instanceof HttpError)) {
      const advice = 'check that it runs and that results.url names it';
      return new ResultsUnavailableError(`${where} can't be reached: ${reasonOf(error)}; ${advice}`, {
        cause: error,
      });
    }
    const said = error.json?.message ?? error.message;
    const status = error.statusCode;
    if (status === 400 || status === 413 || status === 422) {
      const dropped = /dropped=(\d+)/.exec(String(said))?.[1];
      return new ResultsRejectedError(
        `${where} refused points (${status}): ${said}`,
        dropped === undefined ? lineCount : Number(dropped),
        { cause: error },
      );
    }
    if (status >= 500 || status === 429 || status === 408) {
      return new ResultsUnavailableError(`${where} answered ${status}: ${said}`, { cause: error });
    }
    return new ResultsUnavailableError(`${where} answered ${status}: ${said}${adviceFor(status)}`, {
      cause: error,
    });
  }
}

function adviceFor(status: number): string {
  if (status === 401) return '; the token is wrong: check the secret that results.token names';
  if (status === 403) return '; the token may not write to this bucket: give it write permission';
  if (status === 404) return '; create the bucket and organization, or mend their names in the configuration';
  return '';
}

/** What is transient is repeated; Retry-After is read here in seconds, since the client takes it for milliseconds. */
function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof ResultsUnavailableError)) return { mayRetry: false };
  const cause = error.cause;
  // A server that took the whole time-out would take it again: the same records are written by a later tick.
  if (cause instanceof RequestTimedOutError) return { mayRetry: false };
  if (!(cause instanceof HttpError)) return { mayRetry: true };
  const seconds = Number(cause.headers?.['retry-after']);
  return {
    mayRetry: cause.statusCode >= 500 || cause.statusCode === 429 || cause.statusCode === 408,
    waitMilliseconds: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined,
  };
}

function merged(rejections: readonly ResultsRejectedError[]): ResultsRejectedError {
  const [first] = rejections;
  const count = rejections.reduce((sum, rejection) => sum + rejection.rejectedCount, 0);
  return new ResultsRejectedError(first?.message ?? '', count, { cause: first });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
