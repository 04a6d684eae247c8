import type { Connection } from '../lib/connections/connection.ts';
import type { Series } from '../lib/series/series.ts';
import { SourceQueryError, SourceUnavailableError } from '../lib/sources/errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../lib/sources/series-source.ts';
import { onStepGrid } from '../lib/sources/step-grid.ts';

/** How to reach a Graphite server. */
export interface GraphiteOptions {
  /** The address, with its path prefix when it has one. */
  readonly url: string;
  /** How long one query may take. */
  readonly timeoutMilliseconds: number;
}

/** One series of the answer of `/render?format=json`; a step without a value is null. */
interface RenderedSeries {
  readonly target: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly datapoints: readonly (readonly [value: number | null, timeSeconds: number])[];
}

/**
 * Graphite's render API as a source of series. A metric's `query` is a Graphite target, such as
 * `aliasByNode(servers.*.cpu.user, 1)`.
 *
 * Source: https://graphite.readthedocs.io/en/stable/render_api.html
 */
export class GraphiteSource implements SeriesSource {
  readonly name = 'graphite';
  readonly isSimulated = false;
  readonly #url: string;
  readonly #timeoutMilliseconds: number;

  constructor({ url, timeoutMilliseconds }: GraphiteOptions) {
    this.#url = url.replace(/\/$/, '');
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    const parameters = new URLSearchParams({
      target: query.query,
      format: 'json',
      // Graphite leaves out the time `from` itself. One step more covers a sample that lies between two steps.
      from: String(query.startSeconds - query.stepSeconds),
      until: String(query.endSeconds),
    });
    const response = await this.#get(`/render?${parameters}`, signal);
    const rendered = await jsonOf(response);
    const series = rendered
      .map((one) => ({ labels: labelsOf(one), samples: onStepGrid(samplesOf(one), query) }))
      .filter(({ samples }) => samples.values.length > 0);
    return { series, warnings: [] };
  }

  async check(signal?: AbortSignal): Promise<Connection> {
    try {
      const response = await this.#get('/version', signal);
      return { service: this.name, isUp: true, detail: (await response.text()).trim() };
    } catch (error) {
      return { service: this.name, isUp: false, detail: reasonOf(error) };
    }
  }

  /** Sorts failures into the two kinds that the port knows: a later try may help, or it may not. */
  async #get(path: string, signal: AbortSignal | undefined): Promise<Response> {
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds);
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new SourceUnavailableError(`Could not reach Graphite at ${this.#url}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
    if (response.ok) return response;
    const message = `Graphite at ${this.#url} answered ${response.status}: ${await response.text()}`;
    if (response.status >= 500 || response.status === 429) throw new SourceUnavailableError(message);
    throw new SourceQueryError(`${message}. Check the metric's query.`);
  }
}

async function jsonOf(response: Response): Promise<readonly RenderedSeries[]> {
  try {
    return (await response.json()) as readonly RenderedSeries[];
  } catch (error) {
    throw new SourceUnavailableError(`Graphite's answer is not JSON: ${reasonOf(error)}`, { cause: error });
  }
}

/** The tags, or the path for a series without tags: every series needs a label that no other series has. */
function labelsOf({ target, tags = {} }: RenderedSeries): Series['labels'] {
  return { ...tags, target };
}

function samplesOf({ datapoints }: RenderedSeries): Series['samples'] {
  const present = datapoints.filter(([value]) => value !== null);
  return {
    timesSeconds: Float64Array.from(present, ([, timeSeconds]) => timeSeconds),
    values: Float64Array.from(present, ([value]) => value as number),
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The message of fetch is "fetch failed"; its cause says why.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
