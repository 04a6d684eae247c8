import * as z from 'zod';
import type { Authorization } from '../../connections/authorization.ts';
import type { HttpTransport } from '../../connections/http-transport.ts';
import { seriesKey } from '../../series/labels.ts';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import type { MetricCatalogue, MetricDescription } from '../metric-catalogue.ts';
import { authorized, excerptOf, reasonOf, statusError } from './api-answers.ts';

/** How to reach the server; the fields are those of `PrometheusOptions`. */
export interface CatalogueOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authorization?: Authorization;
  readonly transport: Pick<HttpTransport, 'get'>;
  readonly timeoutMilliseconds: number;
  /** A larger answer is refused. */
  readonly maximumMegabytes: number;
}

const namesSchema = z.array(z.string());
const descriptionsSchema = z.record(z.string(), z.array(z.object({ type: z.string(), help: z.string() })));
const labelsSchema = z.record(z.string(), z.string());
const vectorSchema = z.object({ result: z.array(z.object({ metric: labelsSchema })) });
const matrixSchema = z.object({
  result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.unknown()])).default([]) })),
});
const envelopeSchema = z.object({ status: z.string(), error: z.string().optional(), data: z.unknown() });
const TYPES: readonly string[] = ['counter', 'gauge', 'histogram', 'summary'];

/** What a server with Prometheus' HTTP API has, read by GET. */
export class PrometheusCatalogue implements MetricCatalogue {
  readonly #options: CatalogueOptions;

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  async names(sinceSeconds: number): Promise<readonly string[]> {
    const since = { start: String(Math.floor(sinceSeconds)) };
    return this.#get('/api/v1/label/__name__/values', since, namesSchema);
  }

  async descriptions(): Promise<ReadonlyMap<string, MetricDescription>> {
    let metadata: z.output<typeof descriptionsSchema>;
    try {
      metadata = await this.#get('/api/v1/metadata', { limit_per_metric: '1' }, descriptionsSchema);
    } catch (error) {
      // A server that speaks the query API alone, as some long-term stores do.
      if (error instanceof SourceQueryError) return new Map();
      throw error;
    }
    const described = Object.entries(metadata).flatMap(([name, [first]]) =>
      first === undefined ? [] : [[name, { type: typeOf(first.type), help: first.help }] as const],
    );
    return new Map(described);
  }

  async sampleTimes(metric: string, nowSeconds: number, windowSeconds: number): Promise<readonly number[]> {
    const time = String(nowSeconds);
    const newest = await this.#get('/api/v1/query', { query: `topk(1, ${metric})`, time }, vectorSchema);
    const labels = newest.result[0]?.metric;
    if (labels === undefined) return [];
    const { __name__: _, ...own } = labels;
    const query = `${metric}${seriesKey(own)}[${Math.ceil(windowSeconds)}s]`;
    const { result } = await this.#get('/api/v1/query', { query, time }, matrixSchema);
    return result[0]?.values.map(([seconds]) => seconds) ?? [];
  }

  async #get<Schema extends z.ZodType>(
    path: string,
    parameters: Readonly<Record<string, string>>,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const { url: base, headers = {}, authorization, transport, timeoutMilliseconds } = this.#options;
    const url = new URL(`${base.replace(/\/+$/, '')}${path}`);
    url.search = String(new URLSearchParams(parameters));
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const unsigned = {
      method: 'GET',
      url,
      headers: { accept: 'application/json', ...headers },
      body: '',
    } as const;
    try {
      const answer = await transport.get({
        url,
        headers: authorization === undefined ? unsigned.headers : await authorized(unsigned, authorization),
        signal,
      });
      if (answer.status !== 200) throw statusError(answer, url, await excerptOf(answer));
      const read = envelopeSchema.safeParse(parsed(await this.#text(answer.body, url), url));
      const data = schema.safeParse(read.data?.data);
      if (read.data?.status === 'success' && data.success) return data.data;
      throw new SourceQueryError(
        `${url} gave no answer of Prometheus' HTTP API${read.data?.error ? `: ${read.data.error}` : ''}; check the address, its path prefix too`,
      );
    } catch (error) {
      if (error instanceof SourceQueryError || error instanceof SourceUnavailableError) throw error;
      const reason = signal.aborted ? `no answer within ${timeoutMilliseconds} ms` : reasonOf(error);
      throw new SourceUnavailableError(`Prometheus at ${url} can't be reached: ${reason}`, { cause: error });
    }
  }

  async #text(body: AsyncIterable<Uint8Array>, url: URL): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > this.#options.maximumMegabytes * 1e6)
        throw new SourceQueryError(
          `The answer of ${url} is larger than ${this.#options.maximumMegabytes} MB`,
        );
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** @throws SourceQueryError when the text is not JSON, such as the page of a proxy. */
function parsed(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SourceQueryError(`${url} answered with something other than JSON; check the address`, {
      cause: error,
    });
  }
}

function typeOf(type: string): MetricDescription['type'] {
  return TYPES.includes(type) ? (type as MetricDescription['type']) : 'unknown';
}
