import type { Connection } from '../connections/connection.ts';
import { SourceUnavailableError } from './errors.ts';
import type { RangeQuery, RangeResult, SeriesSource } from './series-source.ts';

/** A source for which a simulation stands in while it is away. Its answers say which of the two they are from. */
export class FallbackSource implements SeriesSource {
  readonly isSimulated = false;
  readonly #primary: SeriesSource;
  readonly #standIn: SeriesSource;

  constructor(primary: SeriesSource, standIn: SeriesSource) {
    this.#primary = primary;
    this.#standIn = standIn;
  }

  get name(): string {
    return this.#primary.name;
  }

  /** A query that the primary refuses is an error still: a stand-in would only hide it. */
  async queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult> {
    try {
      return await this.#primary.queryRange(query, signal);
    } catch (error) {
      if (!(error instanceof SourceUnavailableError) || signal?.aborted) throw error;
      const { series, warnings } = await this.#standIn.queryRange(query, signal);
      const warning = `${this.#standIn.name} stands in for ${this.name}, which is away: ${error.message}`;
      return { series, warnings: [warning, ...warnings], isSimulated: true };
    }
  }

  check(signal?: AbortSignal): Promise<Connection> {
    return this.#primary.check(signal);
  }
}
