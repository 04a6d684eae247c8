/** A metric has more series than its limit. */
export class TooManySeriesError extends Error {
  override readonly name = 'TooManySeriesError';
  constructor(found: number, limit: number) {
    super(
      `The query returns ${found} series, the limit is ${limit}: aggregate in the query (sum by, topk) or raise seriesLimit`,
    );
  }
}

/** A training would learn from simulated samples. */
export class SimulatedTrainingError extends Error {
  override readonly name = 'SimulatedTrainingError';
  constructor(source: string) {
    super(
      `The source "${source}" simulates its samples, and models do not learn from simulated samples: ` +
        'train from Prometheus or a CSV file, or configure the simulation as the source.',
    );
  }
}

/** The fallback simulation answered instead of the source. */
export class FallbackHistoryError extends Error {
  override readonly name = 'FallbackHistoryError';
  constructor(source: string, warnings: readonly string[]) {
    super(
      `"${source}" is unavailable and a simulation answered as its fallback; models do not learn from it. Train again when the source is available. ${warnings.join('; ')}`,
    );
  }
}
