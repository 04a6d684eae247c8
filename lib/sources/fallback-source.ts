import type { Connection } from '../connections/connection.ts';
import { SourceUnavailableError } from './errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from './series-source.ts';

/** A source that a simulation replaces while it is unavailable. Its answers say which of the two they are from. */
export class FallbackSource implements SeriesSource {
  readonly isSimulated = false;
  readonly #primary: SeriesSource;
  readonly #fallback: SeriesSource;

  constructor(primary: SeriesSource, fallback: SeriesSource) {
    this.#primary = primary;
    this.#fallback = fallback;
  }

  get name(): string {
    return this.#primary.name;
  }

  /** A query that the primary refuses is an error still: the fallback would only hide it. */
  async queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    try {
      return await this.#primary.queryRange(query, signal);
    } catch (error) {
      if (!(error instanceof SourceUnavailableError) || signal?.aborted) throw error;
      const { series, warnings } = await this.#fallback.queryRange(query, signal);
      const warning = `${this.#fallback.name} replaces ${this.name}, which is unavailable: ${error.message}`;
      return { series, warnings: [warning, ...warnings], isSimulated: true };
    }
  }

  check(signal?: AbortSignal): Promise<Connection> {
    return this.#primary.check(signal);
  }
}
