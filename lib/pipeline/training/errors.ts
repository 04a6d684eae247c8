/** A metric has more series than it may have. */
export class TooManySeriesError extends Error {
  override readonly name = 'TooManySeriesError';
  constructor(found: number, limit: number) {
    super(
      `The query returns ${found} series, the limit is ${limit}: aggregate in the query (sum by, topk) or raise seriesLimit`,
    );
  }
}

/** Invented samples were about to become what is normal. */
export class SimulatedTrainingError extends Error {
  override readonly name = 'SimulatedTrainingError';
  constructor(source: string) {
    super(
      `The source "${source}" invents its samples, and no model learns from those: ` +
        'train from Prometheus or a CSV file, or configure the simulation itself as the source.',
    );
  }
}

/** Invented samples stood in for a history. */
export class FallbackHistoryError extends Error {
  override readonly name = 'StandInHistoryError';
  constructor(source: string, warnings: readonly string[]) {
    super(
      `A simulation stands in for "${source}", and no model learns from it: train again when the source is back. ${warnings.join('; ')}`,
    );
  }
}
