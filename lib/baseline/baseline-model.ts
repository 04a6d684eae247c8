import type { ForecastTimes } from '../prophet/forecast-times.ts';
import type { ProphetOptions } from '../prophet/options.ts';
import type { FitRefusal } from '../prophet/refusal.ts';
import type { SharedDesigns } from '../prophet/shared-designs.ts';
import type { Forecast } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';

/** What every baseline model can be told; each reads what it understands. */
export interface BaselineOptions {
  /** Share of normal samples inside the band; (0, 1). Default 0.99. */
  readonly intervalWidth?: number | undefined;
  /** An IANA zone whose local clock the seasons follow. Undefined means UTC. */
  readonly timeZone?: string | undefined;
  /** What fits of other series of the metric have worked out; without it each fit begins at nothing, with the same outcome. */
  readonly designs?: SharedDesigns | undefined;
  /** What Prophet alone understands; the first two win over it. */
  readonly prophet?: Partial<ProphetOptions> | undefined;
}

/**
 * What is asked of a fitted model: all that the tick needs, and nothing that a fit would bring with it. A model is a
 * plain record of numbers, strings and typed arrays.
 *
 * @typeParam Model what a fit gives and a forecast needs.
 */
export interface BaselineForecaster<Model> {
  /** The band at any times, before, in or after the history; never NaN, and lower <= expected <= upper. Pure. */
  forecast(model: Model, times: ForecastTimes): Forecast;
  /** What the seasonal part explains in sample, at most 1: from 0.1 on the online detector subtracts it. */
  skill(model: Model): number;
  /** Unix time of the last sample that the model has learnt from. */
  trainedUntilSeconds(model: Model): number;
  /** A record that may be stored with others in one file; `decode` reads it back. */
  encode(model: Model): object;
  /** @throws ModelFileError for a record of another version, or one that is no model. */
  decode(record: unknown): Model;
}

/**
 * A model of what is normal for one series: the port behind which Prophet is one of several. To add one: a file that
 * implements this, and a line in forecasters.ts; the conformance kit of the tests then runs on it. Where the fit is too
 * heavy for the tick, the file is two, and registry.ts has a line more.
 */
export interface BaselineModel<Model> extends BaselineForecaster<Model> {
  /**
   * Learns from a history, which may be disordered and hold gaps, duplicates and values that are not finite.
   * Deterministic. @returns the model, or a refusal with its reason; no value makes it throw.
   * @throws ColumnLengthError when times and values differ in length.
   */
  fit(history: Samples, options: BaselineOptions): Promise<Model | FitRefusal>;
}
