import type { Baseline } from '../series/band.ts';
import type { Sample } from '../series/samples.ts';
import { type AlertPolicyState, decideAlert, startAlertPolicy } from './alert-policy.ts';
import type { Detector } from './detector.ts';
import { explain } from './explanation.ts';
import type { Score } from './score.ts';
import { type DetectionSettings, thresholdOf } from './settings.ts';
import type { AlertEvent, Verdict, VerdictKind } from './verdict.ts';

/** Everything that is remembered of one series between two ticks. */
export interface SeriesState<State> {
  readonly detector: State;
  readonly policy: AlertPolicyState;
}

/** How one series is monitored; the same for all its samples. */
export interface SeriesMonitor<State> {
  readonly detector: Detector<State>;
  readonly settings: DetectionSettings;
  /** The nominal step in seconds. */
  readonly stepSeconds: number;
}

/** What one sample led to. */
export interface Observation {
  readonly verdict: Verdict;
  readonly event: AlertEvent | undefined;
}

/** The state of a series of which nothing has been seen. */
export function startSeries<State>(monitor: SeriesMonitor<State>): SeriesState<State> {
  return { detector: monitor.detector.start(monitor.stepSeconds), policy: startAlertPolicy() };
}

/**
 * One sample's whole way: baseline, score, then learn, policy, verdict. The tick, the backtest and the evaluation all
 * call it, so that what is measured is what runs.
 *
 * @param state is changed in place.
 * @param baseline the model's word on the sample's time; undefined without a model.
 * @param isModelStale the model that gave the baseline is not the one that should be in use.
 */
export function monitorSample<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  sample: Sample,
  baseline: Baseline | undefined,
  isModelStale = false,
): Observation {
  const { settings, stepSeconds } = monitor;
  const threshold = thresholdOf(settings.falseAlertsPerWeek);
  if (!Number.isFinite(sample.value)) return withoutScore(sample, 'no-data');
  if (isOutside(sample.value, settings.domain)) return withoutScore(sample, 'out-of-domain');
  const score = monitor.detector.step(state.detector, sample, { baseline, threshold });
  if (score === undefined) return withoutScore(sample, 'warming-up');
  const verdict = verdictOf(sample, score, score.score >= threshold, isModelStale);
  const decision = decideAlert(state.policy, { score, sample, threshold, settings, stepSeconds });
  const event = decision && { ...decision, verdict, explanation: explain(verdict) };
  return { verdict, event };
}

function isOutside(value: number, domain: DetectionSettings['domain']): boolean {
  return (
    (domain.minimum !== undefined && value < domain.minimum) ||
    (domain.maximum !== undefined && value > domain.maximum)
  );
}

function verdictOf(sample: Sample, score: Score, anomalous: boolean, isModelStale: boolean): Verdict {
  const judged: VerdictKind = anomalous ? 'anomaly' : 'normal';
  return {
    timeSeconds: sample.timeSeconds,
    value: sample.value,
    kind: isModelStale ? 'stale-model' : judged,
    anomalous,
    score: score.score,
    confidence: score.confidence,
    band: score.band,
    channel: score.channel,
  };
}

function withoutScore(sample: Sample, kind: VerdictKind): Observation {
  return {
    verdict: {
      timeSeconds: sample.timeSeconds,
      value: sample.value,
      kind,
      anomalous: false,
      score: undefined,
      confidence: 0,
      band: undefined,
      channel: undefined,
    },
    event: undefined,
  };
}
