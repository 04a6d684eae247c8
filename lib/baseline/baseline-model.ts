import type { ForecastTimes } from '../prophet/forecast-times.ts';
import type { ProphetOptions } from '../prophet/options.ts';
import type { FitRefusal } from '../prophet/refusal.ts';
import type { SharedDesigns } from '../prophet/shared-designs.ts';
import type { Forecast } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';

/** Options of all baseline models; each reads those that it supports. */
export interface BaselineOptions {
  /** Fraction of normal samples inside the band; (0, 1). Default 0.99. */
  readonly intervalWidth?: number | undefined;
  /** An IANA zone whose local time the seasons follow. Undefined means UTC. */
  readonly timeZone?: string | undefined;
  /**
   * Intermediate results shared between fits of a metric's series; they save time and do not change the fit.
   */
  readonly designs?: SharedDesigns | undefined;
  /** Options of Prophet only; they take precedence over the first two. */
  readonly prophet?: Partial<ProphetOptions> | undefined;
}

/**
 * The operations on a fitted model that the tick needs, without the code of a fit. A model is a plain record
 * of numbers, strings and typed arrays.
 *
 * @typeParam Model the result of a fit.
 */
export interface BaselineForecaster<Model> {
  /**
   * The band at any times, before, in or after the history; never NaN, and lower <= expected <= upper. Pure.
   */
  forecast(model: Model, times: ForecastTimes): Forecast;
  /**
   * The fraction of variation that the seasonal part explains in sample, at most 1; from 0.1 the online
   * detector subtracts it.
   */
  skill(model: Model): number;
  /** Unix time of the last training sample. */
  trainedUntilSeconds(model: Model): number;
  /** A record that may be stored with others in one file; `decode` reads it. */
  encode(model: Model): object;
  /** @throws ModelFileError for a record of another version or of something else. */
  decode(record: unknown): Model;
}

/**
 * A model of what is normal for one series: the port of which Prophet is one implementation. To add one: a
 * file that implements this, and a line in forecasters.ts; the conformance kit of the tests then runs on it.
 * When the fit is too heavy for the tick, split the file in two and add a line to registry.ts.
 */
export interface BaselineModel<Model> extends BaselineForecaster<Model> {
  /**
   * Fits a history, which may be unordered and have gaps, duplicates and non-finite values. Deterministic.
   *
   * @returns the model, or a refusal with its reason; invalid values never throw.
   * @throws ColumnLengthError when times and values differ in length.
   */
  fit(history: Samples, options: BaselineOptions): Promise<Model | FitRefusal>;
}
