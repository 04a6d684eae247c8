import type { SeriesMonitor } from '../detector/monitor-series.ts';
import type { Labels } from '../series/labels.ts';
import type { Samples } from '../series/samples.ts';
import { type BandQuality, bandQuality } from './band-quality.ts';
import { dayProfileOf } from './day-profile.ts';
import type { FaultName } from './faults/registry.ts';
import { type Incident, incidentsOf } from './incidents.ts';
import { planInjections } from './injection-plan.ts';
import { type Judgement, judge } from './judgement.ts';
import { noiseScaleOf } from './noise-scale.ts';
import type { ModelInUse } from './replay.ts';
import { type ScoredHistory, scoreHistory } from './scored-history.ts';

/** One series' history, with the models that were in use over it. */
export interface EvaluatedHistory {
  readonly labels: Labels;
  /** Finite and ascending. */
  readonly samples: Samples;
  /** In order, without overlap; none for a detector without a model. */
  readonly models: readonly ModelInUse[];
  /** 1 for samples labelled as anomalous; undefined without labels. */
  readonly truth: Uint8Array | undefined;
}

/** The settings of an evaluation. */
export interface EvaluationSettings {
  /**
   * Before this time alerts are not judged and nothing is injected: the detector is still learning. Unix
   * seconds.
   */
  readonly fromSeconds: number;
  readonly kinds: readonly FaultName[];
  /** Injections per series. */
  readonly injections: number;
  readonly seed: number;
  /** The fraction of samples that the models' bands should hold; (0, 1). */
  readonly bandLevel: number;
}

/** The raw results of one series; everything else is computed from them. */
export interface SeriesEvaluation extends EvaluatedHistory {
  readonly stepSeconds: number;
  /** The first row that is judged; the number of rows when none is. */
  readonly firstRow: number;
  /** See noise-scale.ts. */
  readonly noise: number;
  /** Real incidents of the labels; empty without them. */
  readonly incidents: readonly Incident[];
  readonly history: ScoredHistory;
  readonly judgement: Judgement;
  /** Over the judged rows. */
  readonly band: BandQuality;
}

/** One series' evaluation and its judgement. */
export interface JudgedSeries {
  readonly evaluation: SeriesEvaluation;
  readonly judgement: Judgement;
}

/** Injects, replays and judges one series at the monitor's settings. Deterministic. */
export function evaluateSeries<State>(
  monitor: SeriesMonitor<State>,
  evaluated: EvaluatedHistory,
  wishes: EvaluationSettings,
): SeriesEvaluation {
  const { samples, models, truth } = evaluated;
  const { stepSeconds, settings } = monitor;
  const rows = samples.values.length;
  const found = samples.timesSeconds.findIndex((time) => time >= wishes.fromSeconds);
  const firstRow = found < 0 ? rows : found;
  const noise = noiseScaleOf(samples, stepSeconds, expectedOf(models, rows));
  const incidents = truth === undefined ? [] : incidentsOf(truth, samples.timesSeconds, stepSeconds);
  const injections = planInjections(samples, stepSeconds, {
    kinds: wishes.kinds,
    count: wishes.injections,
    seed: wishes.seed,
    firstRow,
    noise,
    profile: dayProfileOf(samples),
    domain: naturalDomain(samples, settings.domain),
    incidents,
  });
  const history = scoreHistory(monitor, samples, models, injections);
  return {
    ...evaluated,
    stepSeconds,
    firstRow,
    noise,
    incidents,
    history,
    judgement: judge(history, monitor.detector, settings),
    band: bandQuality(samples, models, wishes.bandLevel, firstRow, rows),
  };
}

/** The models' expected values; NaN at rows without a model. */
function expectedOf(models: readonly ModelInUse[], rows: number): Float64Array {
  const expected = new Float64Array(rows).fill(Number.NaN);
  for (const { firstRow, endRow, forecast } of models)
    expected.set(forecast.expected.subarray(0, endRow - firstRow), firstRow);
  return expected;
}

/** A series without negative values in its history counts or measures something that cannot be negative. */
function naturalDomain(
  { values }: Samples,
  domain: { readonly minimum?: number | undefined; readonly maximum?: number | undefined },
): { readonly minimum?: number | undefined; readonly maximum?: number | undefined } {
  return { minimum: values.every((value) => value >= 0) ? 0 : undefined, ...definedOf(domain) };
}

function definedOf(domain: { readonly minimum?: number | undefined; readonly maximum?: number | undefined }) {
  return {
    ...(domain.minimum === undefined ? {} : { minimum: domain.minimum }),
    ...(domain.maximum === undefined ? {} : { maximum: domain.maximum }),
  };
}
