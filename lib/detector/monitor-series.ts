import type { Band, Baseline } from '../series/band.ts';
import type { Sample } from '../series/samples.ts';
import { type AlertDecision, type AlertPolicyState, decideAlerts, startAlertPolicy } from './alert-policy.ts';
import type { Detector } from './detector.ts';
import { explain, explainRecovery } from './explanation.ts';
import { decidePlainly } from './plain-alerting.ts';
import type { Score } from './score.ts';
import { type DetectionSettings, thresholdOf } from './settings.ts';
import { leastDeviation, mattersToUser } from './user-filters.ts';
import type { AlertEvent, Verdict, VerdictKind } from './verdict.ts';

/** Everything that is remembered of one series between two ticks. */
export interface SeriesState<State> {
  readonly detector: State;
  readonly policy: AlertPolicyState;
  /** Unix time of the newest sample that was taken in; -Infinity before the first. */
  lastSeconds: number;
}

/** How one series is monitored; the same for all its samples. */
export interface SeriesMonitor<State> {
  readonly detector: Detector<State>;
  readonly settings: DetectionSettings;
  /** The nominal step in seconds. */
  readonly stepSeconds: number;
  /** Skips computing bands when no one reads them; verdicts and events are unchanged, in about half of the time. */
  readonly skipBand?: boolean | undefined;
}

/** What is known of a series' model and context when a sample comes. */
export interface Circumstances {
  /** The model that gives the baseline is not the one that should be in use. */
  readonly isModelStale: boolean;
  /** Scores and verdicts go on, and incidents may end, but no alert is raised. */
  readonly isInMaintenance: boolean;
  /** Share of the absolute deviation from the trend that the model's seasonal part explains in sample, at most 1. */
  readonly seasonalSkill: number;
}

/** Nothing out of the ordinary: a model of today that knows its season, and no maintenance. */
export const usualCircumstances: Circumstances = {
  isModelStale: false,
  isInMaintenance: false,
  seasonalSkill: 1,
};

/** What one sample led to. */
export interface Observation {
  readonly verdict: Verdict;
  /** In order; mostly none, at most the end of one incident and the beginning of another. */
  readonly events: readonly AlertEvent[];
}

/** No metric measures more, and the square of a larger one would not fit a double and spoil every scale for good. */
const LARGEST_VALUE = 1e100;

const NO_EVENTS: readonly AlertEvent[] = [];

/** The state of a series of which nothing has been seen. */
export function startSeries<State>(
  monitor: Pick<SeriesMonitor<State>, 'detector' | 'stepSeconds'>,
): SeriesState<State> {
  return {
    detector: monitor.detector.start(monitor.stepSeconds),
    policy: startAlertPolicy(),
    lastSeconds: -Infinity,
  };
}

/**
 * One sample's whole way: baseline, score, then learn, policy, verdict. The tick, the backtest and the evaluation all
 * call it, so that what is measured is what runs.
 *
 * A value that is not finite, or a sample that is not newer than the last one, is `no-data` and changes nothing; one
 * outside the domain (or beyond 1e100) is `out-of-domain` and is never learnt. Settings may change from call to call.
 *
 * @param state is changed in place.
 * @param baseline the model's word on the sample's time; undefined without a model.
 */
export function monitorSample<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  sample: Sample,
  baseline: Baseline | undefined,
  circumstances: Circumstances = usualCircumstances,
): Observation {
  const { detector, settings } = monitor;
  if (!Number.isFinite(sample.value) || sample.timeSeconds <= state.lastSeconds)
    return withoutScore(sample, 'no-data');
  if (isOutside(sample.value, settings.domain)) return withoutScore(sample, 'out-of-domain');
  state.lastSeconds = sample.timeSeconds;
  const threshold = thresholdOf(settings.falseAlertsPerWeek);
  const { seasonalSkill, isModelStale, isInMaintenance } = circumstances;
  const score = detector.step(state.detector, sample, {
    baseline,
    seasonalSkill,
    threshold,
    skipBand: monitor.skipBand,
  });
  if (score === undefined) return withoutScore(sample, 'warming-up');
  const matters = mattersToUser(score.evidence, settings);
  const anomalous = score.score >= threshold && matters;
  const verdict = verdictOf(sample, score, anomalous, isModelStale, settings);
  const decisions =
    detector.alerting === 'plain'
      ? decidePlainly(state.policy, sample.timeSeconds, anomalous, isInMaintenance)
      : decideAlerts(state.policy, {
          timeSeconds: sample.timeSeconds,
          score: score.score,
          spikeScore: score.spikeScore,
          threshold,
          settings,
          stepSeconds: monitor.stepSeconds,
          matters,
          size: score.evidence.direction * score.evidence.deviation,
          isSilenced: isInMaintenance,
        });
  if (decisions.length === 0) return { verdict, events: NO_EVENTS };
  return { verdict, events: decisions.map((decision) => eventOf(decision, verdict, monitor.stepSeconds)) };
}

/**
 * Changes a series to a new model without a jump in what it remembers. To be called once when the champion changes from one model
 * to another, before the first sample with the new one; a first model needs no call.
 *
 * @param state is changed in place.
 * @param baselineAt the new model's baseline at a Unix time in seconds.
 */
export function adoptBaseline<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  baselineAt: (timeSeconds: number) => Baseline,
): void {
  if (state.lastSeconds > -Infinity) monitor.detector.adoptBaseline(state.detector, baselineAt);
}

function isOutside(value: number, domain: DetectionSettings['domain']): boolean {
  return (
    Math.abs(value) > LARGEST_VALUE ||
    (domain.minimum !== undefined && value < domain.minimum) ||
    (domain.maximum !== undefined && value > domain.maximum)
  );
}

function verdictOf(
  sample: Sample,
  score: Score,
  anomalous: boolean,
  isModelStale: boolean,
  settings: DetectionSettings,
): Verdict {
  const judged: VerdictKind = anomalous ? 'anomaly' : 'normal';
  return {
    timeSeconds: sample.timeSeconds,
    value: sample.value,
    kind: isModelStale ? 'stale-model' : judged,
    anomalous,
    score: score.score,
    confidence: score.confidence,
    band: score.band && bandFor(score.band, sample.value, score.evidence.level, settings),
    channel: score.evidence.channel,
    evidence: score.evidence,
  };
}

/**
 * The band at the user's settings: it holds what the minimum deviation and the direction suppress, and nothing that the domain
 * excludes. On the side that does not matter it reaches to the end of the domain, or at least to the sample itself.
 */
function bandFor(band: Band, value: number, level: number, settings: DetectionSettings): Band {
  const { direction, domain } = settings;
  const { minimum = -Infinity, maximum = Infinity } = domain;
  const least = leastDeviation(settings, level);
  let lower = Math.min(band.lower, band.expected - least);
  let upper = Math.max(band.upper, band.expected + least);
  if (direction === 'up') lower = domain.minimum ?? Math.min(lower, value);
  if (direction === 'down') upper = domain.maximum ?? Math.max(upper, value);
  const inDomain = (bound: number) => Math.max(minimum, Math.min(maximum, bound));
  return { expected: inDomain(band.expected), lower: inDomain(lower), upper: inDomain(upper) };
}

function eventOf(decision: AlertDecision, verdict: Verdict, stepSeconds: number): AlertEvent {
  const { kind, onsetSeconds } = decision;
  return { kind, onsetSeconds, verdict, explanation: explanationOf(decision, verdict, stepSeconds) };
}

function explanationOf(decision: AlertDecision, verdict: Verdict, stepSeconds: number): string {
  switch (decision.kind) {
    case 'onset':
      return explain(verdict, stepSeconds);
    case 'escalation':
      return `At least ten times rarer than at the last notification. ${explain(verdict, stepSeconds)}`;
    case 'new-spike':
      return `Another spike. ${explain(verdict, stepSeconds)}`;
    case 'resolved':
      return explainRecovery(verdict, decision, stepSeconds);
  }
}

/** The verdict on a step at which the series has no sample. */
export function missingSample(timeSeconds: number): Verdict {
  return unscored({ timeSeconds, value: Number.NaN }, 'no-data');
}

function withoutScore(sample: Sample, kind: VerdictKind): Observation {
  return { verdict: unscored(sample, kind), events: NO_EVENTS };
}

function unscored(sample: Sample, kind: VerdictKind): Verdict {
  return {
    timeSeconds: sample.timeSeconds,
    value: sample.value,
    kind,
    anomalous: false,
    score: undefined,
    confidence: 0,
    band: undefined,
    channel: undefined,
    evidence: undefined,
  };
}
