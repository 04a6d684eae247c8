/** What an exporter says of one of its metrics. */
export interface MetricDescription {
  /** `unknown` also stands for types that are not watched, such as `info` and `stateset`. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  /** In the exporter's own words, not made printable. */
  readonly help: string;
}

/** What a server has, before any query is written: for who looks for metrics worth watching. */
export interface MetricCatalogue {
  /**
   * The names of all metrics that have samples since a time.
   *
   * @param sinceSeconds Unix time; a server may name older ones as well.
   * @throws SourceUnavailableError when the server can't be reached or is failing.
   * @throws SourceQueryError when it refuses.
   */
  names(sinceSeconds: number): Promise<readonly string[]>;
  /**
   * What exporters say of their metrics, by name; a histogram and a summary by the name without `_count`. Empty for a
   * server that keeps no descriptions.
   *
   * @throws SourceUnavailableError when the server can't be reached or is failing.
   */
  descriptions(): Promise<ReadonlyMap<string, MetricDescription>>;
  /**
   * The times of the samples of one series of a metric, as they were scraped.
   *
   * @param nowSeconds Unix time of the end.
   * @param windowSeconds how far back from there.
   * @returns ascending Unix seconds; empty when no series has a current sample.
   * @throws SourceUnavailableError when the server can't be reached or is failing.
   * @throws SourceQueryError when it refuses.
   */
  sampleTimes(metric: string, nowSeconds: number, windowSeconds: number): Promise<readonly number[]>;
}
