import type { Connection } from '../connections/connection.ts';
import type { Series } from '../series/series.ts';

/** Which samples a metric wants: those of its query at every step from start to end, both included. */
export interface RangeQuery {
  /** PromQL for Prometheus, the metric's name for what was handed in; a file or a simulation does not read it. */
  readonly query: string;
  /** Unix seconds, a multiple of the step. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
  /** Names of the labels that the series keep; all of them when left out. */
  readonly labels?: readonly string[] | undefined;
  /** More series than this are an error of the query, noticed while the answer arrives; no bound when left out. */
  readonly maximumSeries?: number | undefined;
}

/** Steps that no answer can be had for. */
export interface RefusedSteps {
  /** Both included. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The source's own words. */
  readonly reason: string;
}

/** What a source answered. */
export interface RangeResult {
  readonly series: readonly Series[];
  /** The source's own words on why the data may be partial. */
  readonly warnings: readonly string[];
  /** What is to be said of an answer that is complete: series that can't be scored, a clock that is wrong. */
  readonly notices?: readonly string[] | undefined;
  /** Steps of the query that are not in the answer since the source refuses them, ascending; none when left out. */
  readonly refused?: readonly RefusedSteps[] | undefined;
  /** Whether this answer is a fallback's, from a simulation; as the source is when left out. */
  readonly isSimulated?: boolean;
  /** The source's own clock when it answered, Unix seconds: what lies behind it has not happened yet. */
  readonly clockSeconds?: number | undefined;
}

/** Where samples come from. */
export interface SeriesSource {
  /** `prometheus`, `simulation`, `csv`, `manual`. */
  readonly name: string;
  /** Simulated samples are marked in every record, never train a model and never raise a real alert. */
  readonly isSimulated: boolean;
  /**
   * The series of a query, with their samples on its steps.
   *
   * @throws SourceQueryError when the source refuses the query, or its series overlap in time by the kept labels:
   *   repeating it does not help.
   * @throws SourceUnavailableError when the source can't be reached or is failing: a later tick may succeed.
   * @throws the signal's reason when it is aborted.
   */
  queryRange(query: RangeQuery, signal?: AbortSignal): Promise<RangeResult>;
  /**
   * Unix time of a recording's newest sample, undefined when it holds none; left out by a source that goes on.
   *
   * @throws as `queryRange` does.
   */
  recordedUntilSeconds?: (() => Promise<number | undefined>) | undefined;
  /** Notes something about its answers that only the caller can see, such as a clock that is wrong. */
  noticed?: ((notice: string) => void) | undefined;
  /** Asks the source how it is; never throws. */
  check(signal?: AbortSignal): Promise<Connection>;
}

/** Whether an answer is a fallback's, simulated while the source was unavailable: nothing may be learnt from it. */
export function isFallback({ isSimulated }: RangeResult, source: SeriesSource): boolean {
  return isSimulated === true && !source.isSimulated;
}
