import type { BaselineKind } from '../baseline/forecasters.ts';
import type { HoldoutScores } from '../baseline/holdout-scores.ts';
import type { TimeWindow } from '../series/exclusion.ts';
import type { Labels } from '../series/labels.ts';
import type { QualityReport } from '../series/quality.ts';

/**
 * What became of one series in a training run: its new model is in use; the model before stays, since the new one was
 * worse; no model is in use, since none was good enough; or there is too little history for any.
 */
export type SeriesOutcome = 'promoted' | 'kept' | 'refused' | 'too-little-history';

/** Why a series has the model that it has. */
export interface ModelDecision {
  readonly outcome: SeriesOutcome;
  /** For a person; never empty. */
  readonly reasons: readonly string[];
  /** Undefined where no comparison was made. */
  readonly candidate?: HoldoutScores | undefined;
  readonly champion?: HoldoutScores | undefined;
  readonly seasonalNaive?: HoldoutScores | undefined;
}

/** One fitted model of one series. */
export interface FittedModel {
  readonly kind: BaselineKind;
  /** What the forecaster of the kind reads. */
  readonly model: unknown;
  /** What the seasonal part explains in sample; at most 1. */
  readonly skill: number;
  /** Unix time of the last sample that it has learnt from. */
  readonly trainedUntilSeconds: number;
  /** The version whose training fitted it, when it was taken over from there; undefined for this one's own. */
  readonly carriedFrom: string | undefined;
}

/** One series in a training run. */
export interface TrainedSeries {
  readonly key: string;
  readonly labels: Labels;
  readonly quality: QualityReport;
  readonly decision: ModelDecision;
  /** Undefined when the series keeps the baseline of its detector. */
  readonly fitted: FittedModel | undefined;
}

/** All series' models of one metric, as one training run left them. Never changed once it is stored. */
export interface TrainedModels {
  readonly metric: string;
  /** The time that the training was for, Unix seconds. */
  readonly trainedAtSeconds: number;
  /** Tells the settings apart that the models were fitted with. */
  readonly configurationHash: string;
  /** The history that was asked for. */
  readonly window: TimeWindow;
  /** Versions by package name. */
  readonly libraries: Readonly<Record<string, string>>;
  readonly isSimulated: boolean;
  readonly series: readonly TrainedSeries[];
}

/** Stored models, with the version by which they are found. */
export interface ModelSet extends TrainedModels {
  /** Time of the training and a digest of the content, such as `20260302T030000Z-1f0c9a2e`: they sort by time. */
  readonly version: string;
}

/** The version that fitted a model: a series has a new model when this changes. */
export function fittedIn(set: ModelSet, { carriedFrom }: FittedModel): string {
  return carriedFrom ?? set.version;
}
