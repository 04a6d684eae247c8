import type { Authorization } from '../../connections/authorization.ts';
import type { Connection } from '../../connections/connection.ts';
import type { HttpTransport } from '../../connections/http-transport.ts';
import {
  type RetryAdvice,
  type RetryEnvironment,
  type RetryPolicy,
  retry,
  retryAfterMilliseconds,
} from '../../connections/retry.ts';
import { mergedRejections, ResultsRejectedError, ResultsUnavailableError } from '../errors.ts';
import type { ResultRecord, ResultStore } from '../result-store.ts';
import { sendGoodPoints, WHOLE_REQUEST } from '../send-good-points.ts';
import { RemoteSampleEncoder } from './remote-samples.ts';
import { type RemoteSample, writeRequest } from './write-request.ts';

/** How to reach one receiver of Prometheus' remote write. */
export interface RemoteWriteOptions {
  /** The address that takes the requests, such as `http://prometheus:9090/api/v1/write`. */
  readonly url: string;
  /** Headers sent with every request, such as that of a tenant. */
  readonly headers: Readonly<Record<string, string>>;
  readonly authorization: Authorization;
  /** Samples per request. */
  readonly batchSamples: number;
  /** Timeout of one request; the time left in the environment may shorten it. */
  readonly timeoutMilliseconds: number;
  /** The section of the configuration, for advice in errors; default: `results`. */
  readonly section?: string;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
  /** Sends the requests. */
  readonly transport: Pick<HttpTransport, 'post'> & Partial<Pick<HttpTransport, 'close'>>;
}

const EXCERPT_LENGTH = 300;

/**
 * Writes results to Prometheus, or whatever takes its Remote Write 1.0 (VictoriaMetrics, Mimir, Thanos, Amazon Managed
 * Prometheus). A request is answered when its samples are stored, and is repeated as a whole: a sample that is stored
 * already is the same sample.
 *
 * Prometheus takes the samples of a series in the order of their time alone, unless `out_of_order_time_window` is
 * configured: an older one is refused, counted and named.
 */
export class RemoteWriteResultStore implements ResultStore {
  readonly name = 'prometheus-remote-write';
  static readonly needsOrder = true;
  readonly needsOrder = RemoteWriteResultStore.needsOrder;
  readonly #options: RemoteWriteOptions;
  readonly #encoder = new RemoteSampleEncoder();
  /** Fewer than configured once a server, or a proxy before it, has found that too large. */
  #samplesPerRequest: number;

  constructor(options: RemoteWriteOptions) {
    this.#options = options;
    this.#samplesPerRequest = options.batchSamples;
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    const samples = this.#encoder.encode(records);
    const rejections: ResultsRejectedError[] = [];
    const { retries, environment } = this.#options;
    const send = (some: readonly RemoteSample[]) =>
      retry(() => this.#send(some), adviceOn, retries, environment);
    for (let start = 0; start < samples.length; ) {
      const batch = samples.slice(start, start + this.#samplesPerRequest);
      // Rejected samples do not stop the next batch, an unavailable server does.
      const refused = await sendGoodPoints(batch, send, () => WHOLE_REQUEST);
      rejections.push(...refused.map(({ error }) => error));
      start += batch.length;
    }
    if (rejections.length > 0) throw mergedRejections(rejections);
  }

  /** Sends a request without samples, which needs the same permission as one with samples. */
  async check(): Promise<Connection> {
    try {
      await this.#send([]);
      return { service: this.name, isUp: true, detail: this.#options.url };
    } catch (error) {
      return { service: this.name, isUp: false, detail: messageOf(error) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.transport.close?.();
  }

  async #send(samples: readonly RemoteSample[]): Promise<void> {
    const {
      url: address,
      section = 'results',
      headers,
      authorization,
      timeoutMilliseconds,
      environment,
      transport,
    } = this.#options;
    const where = `The remote-write receiver at ${address}`;
    const allowed = Math.floor(Math.min(timeoutMilliseconds, environment.remainingMilliseconds()));
    if (allowed <= 0) throw new ResultsUnavailableError(`${where} was not written to: no time is left`);
    const signal = AbortSignal.timeout(allowed);
    const url = new URL(address);
    const unsigned = {
      url,
      body: writeRequest(samples),
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
        'user-agent': 'tidemark',
        ...headers,
      },
    };
    let status: number;
    let text: string;
    let retryAfter: string | undefined;
    try {
      const answer = await transport.post({ ...unsigned, headers: await authorization(unsigned), signal });
      status = answer.status;
      retryAfter = answer.header('retry-after');
      text = await beginningOf(answer.body);
    } catch (error) {
      const isTimeout = signal.aborted;
      const reason = isTimeout ? `no answer within ${allowed} ms` : messageOf(error);
      throw new ResultsUnavailableError(
        `${where} can't be reached: ${reason}; check that it runs and that ${section}.url is correct`,
        { cause: new RemoteWriteFailure(isTimeout ? 'timeout' : undefined, undefined) },
      );
    }
    if (status >= 200 && status < 300) return;
    if (status === 413) {
      const fewer = Math.max(1, Math.floor(samples.length / 2));
      this.#samplesPerRequest = Math.min(this.#samplesPerRequest, fewer);
    }
    if (status === 400 || status === 413 || status === 422) {
      throw new ResultsRejectedError(
        `${where} rejected samples (${status}): ${text || 'without a reason'}${named(samples)}`,
        samples.length,
      );
    }
    throw new ResultsUnavailableError(`${where} answered ${status}: ${text}${adviceFor(status, section)}`, {
      cause: new RemoteWriteFailure(status, retryAfterMilliseconds(retryAfter, Date.now())),
    });
  }
}

/** Why a request was not taken, for whoever decides to repeat it. */
class RemoteWriteFailure extends Error {
  readonly status: number | 'timeout' | undefined;
  readonly waitMilliseconds: number | undefined;

  /** @param status of the answer; undefined when there was none. */
  constructor(status: number | 'timeout' | undefined, waitMilliseconds: number | undefined) {
    super();
    this.status = status;
    this.waitMilliseconds = waitMilliseconds;
  }
}

function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof ResultsUnavailableError) || !(error.cause instanceof RemoteWriteFailure))
    return { mayRetry: false };
  const { status, waitMilliseconds } = error.cause;
  // A server that took the whole time-out would take it again: the same records are written by a later tick.
  if (status === 'timeout') return { mayRetry: false };
  const passes = status === undefined || status >= 500 || status === 429 || status === 408;
  return { mayRetry: passes, waitMilliseconds };
}

function adviceFor(status: number, section: string): string {
  if (status === 401 || status === 403) return `; check ${section}.auth, and that it may write`;
  if (status === 404 || status === 405)
    return `; ${section}.url must be the whole address, such as http://prometheus:9090/api/v1/write, and Prometheus takes it when it was started with --web.enable-remote-write-receiver`;
  return '';
}

/** Names a sample that is alone in its request. */
function named(samples: readonly RemoteSample[]): string {
  const [sample] = samples;
  if (sample === undefined || samples.length > 1) return '';
  const { series, timeSeconds, value } = sample;
  return `; the sample is ${JSON.stringify(series.labels).slice(0, EXCERPT_LENGTH)} ${value} at ${timeSeconds}`;
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body) if (text.length < EXCERPT_LENGTH) text += Buffer.from(chunk).toString();
  return text.trim().slice(0, EXCERPT_LENGTH);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
