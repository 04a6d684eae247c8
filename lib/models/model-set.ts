import type { BaselineKind } from '../baseline/forecasters.ts';
import type { HoldoutScores } from '../baseline/holdout-scores.ts';
import type { TimeWindow } from '../series/exclusion.ts';
import type { Labels } from '../series/labels.ts';
import type { QualityReport } from '../series/quality.ts';

/**
 * The outcome of a training for one series: its new model was promoted; its old model was kept, since the new
 * one was worse; no model was good enough (refused); or the history is too short.
 */
export type SeriesOutcome = 'promoted' | 'kept' | 'refused' | 'too-little-history';

/** Why a series has the model that it has. */
export interface ModelDecision {
  readonly outcome: SeriesOutcome;
  /** In words; never empty. */
  readonly reasons: readonly string[];
  /** Undefined when no comparison was made. */
  readonly candidate?: HoldoutScores | undefined;
  readonly champion?: HoldoutScores | undefined;
  readonly seasonalNaive?: HoldoutScores | undefined;
}

/** One fitted model of one series. */
export interface FittedModel {
  readonly kind: BaselineKind;
  /** The input of the kind's forecaster. */
  readonly model: unknown;
  /** The fraction of variation that the seasonal part explains in sample; at most 1. */
  readonly skill: number;
  /** Unix time of the last training sample. */
  readonly trainedUntilSeconds: number;
  /** The version that fitted it, when it was carried over; undefined for a model of this version. */
  readonly carriedFrom: string | undefined;
}

/** One series in a training run. */
export interface TrainedSeries {
  readonly key: string;
  readonly labels: Labels;
  readonly quality: QualityReport;
  readonly decision: ModelDecision;
  /** Undefined when the series uses its detector's own baseline. */
  readonly fitted: FittedModel | undefined;
}

/** The models of all series of one metric from one training run. Immutable once stored. */
export interface TrainedModels {
  readonly metric: string;
  /** The time that the training was for, Unix seconds. */
  readonly trainedAtSeconds: number;
  /** Identifies the settings of the fit. */
  readonly configurationHash: string;
  /** The requested history. */
  readonly window: TimeWindow;
  /** Versions by package name. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly isSimulated: boolean;
  readonly series: readonly TrainedSeries[];
}

/** Stored models with their version. */
export interface ModelSet extends TrainedModels {
  /**
   * Time of the training and a digest of the content, such as `20260302T030000Z-1f0c9a2e`: they sort by time.
   */
  readonly version: string;
}

/** The version that fitted a model; it changes when a series gets a new model. */
export function fittedIn(set: ModelSet, { carriedFrom }: FittedModel): string {
  return carriedFrom ?? set.version;
}
