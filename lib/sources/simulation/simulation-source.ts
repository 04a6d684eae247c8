import type { Connection } from '../../connections/connection.ts';
import type { Series } from '../../series/series.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../series-source.ts';
import { type SimulatedSeries, simulatedValue } from './simulated-series.ts';

type SeriesOfQuery = (query: string, startSeconds: number, endSeconds: number) => readonly SimulatedSeries[];

/** Simulated series instead of a server: for a first look, and where the configuration allows a fallback. */
export class SimulationSource implements SeriesSource {
  readonly name = 'simulation';
  readonly isSimulated = true;
  readonly #seriesOf: SeriesOfQuery;

  /** @param seriesOf which series stand for a query. */
  constructor(seriesOf: SeriesOfQuery) {
    this.#seriesOf = seriesOf;
  }

  async queryRange({ query, startSeconds, endSeconds, stepSeconds }: RangeQuery): Promise<RangeResult> {
    const count = Math.max(0, Math.floor((endSeconds - startSeconds) / stepSeconds) + 1);
    const timesSeconds = Float64Array.from(
      { length: count },
      (_, index) => startSeconds + index * stepSeconds,
    );
    const series: Series[] = this.#seriesOf(query, startSeconds, endSeconds).map((recipe) => ({
      labels: recipe.labels,
      samples: { timesSeconds, values: timesSeconds.map((time) => simulatedValue(recipe, time)) },
    }));
    return { series, warnings: [] };
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: true, detail: 'seeded simulation' };
  }
}
