import type { Calibration } from '../../../lib/evaluation/calibration.ts';

/** The benchmark's verdict on the detector's alerts at one threshold. */
export interface NabFigures {
  readonly standard: number;
  readonly lowFalsePositive: number;
  readonly lowFalseNegative: number;
  readonly hits: number;
  readonly windows: number;
  readonly falseAlerts: number;
}

export interface NabReport {
  /** At the budget of one false alert a week. */
  readonly nominal: NabFigures;
  readonly best: NabFigures & { readonly threshold: number };
  /** The standard score of each category at the nominal threshold. */
  readonly categories: Readonly<Record<string, number>>;
}

export interface BudgetFigures {
  readonly falseAlertsPerSeriesWeek: number;
  readonly recall: number | null;
  readonly medianDelayPoints: number | null;
}

export interface SetReport {
  readonly series: number;
  readonly seriesWeeks: number;
  readonly incidents: number;
  readonly delayF1: number;
  /** By the false alerts per series and week that were asked for. */
  readonly budgets: Readonly<Record<string, BudgetFigures>>;
}

/** What `--json` prints. */
interface QualityReport {
  readonly detector: string;
  /** Null when the run left the benchmark out. */
  readonly nab: NabReport | null;
  readonly sets: Readonly<Record<string, SetReport>>;
  readonly seconds: number;
}

/** What a run cost; for the table only. */
export interface QualityCosts {
  readonly points: number;
  readonly fits: number;
  readonly fitSeconds: number;
  readonly detectionSeconds: number;
  readonly medianStateBytes: number;
  readonly maximumStateBytes: number;
}

export interface QualityRun {
  readonly report: QualityReport;
  /** Per set and budget. */
  readonly calibration: Readonly<Record<string, readonly Calibration[]>>;
  readonly costs: QualityCosts;
}
