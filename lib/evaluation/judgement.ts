import type { Detector } from '../detector/detector.ts';
import { type Observation, type SeriesState, startSeries } from '../detector/monitor-series.ts';
import type { DetectionSettings } from '../detector/settings.ts';
import { scoreEvents } from './event-scores.ts';
import type { Injection } from './injection-plan.ts';
import { type RecordingPosition, replaying } from './recorded-detector.ts';
import { type Replay, replay } from './replay.ts';
import { endRowOf, type ScoredHistory, type ScoredInjection } from './scored-history.ts';

/** The outcome of one injection. */
export interface InjectionOutcome {
  readonly injection: Injection;
  /** An alert was raised between its first sample and 10 samples after its last. */
  readonly isFound: boolean;
  /** From its first sample to the first alert; undefined without an alert. */
  readonly delaySeconds: number | undefined;
  /** The undisturbed history has an alert in the same place: it would be found by chance. */
  readonly isFoundByChance: boolean;
  /** Its samples, and how many of them were anomalous. */
  readonly points: number;
  readonly anomalousPoints: number;
}

/** The alerts of a scored history at some settings. */
export interface Judgement {
  /** Rows of the undisturbed history with a notification (onset, escalation, new spike), ascending. */
  readonly alertRows: readonly number[];
  /** 1 where a sample of the undisturbed history was anomalous. */
  readonly anomalous: Uint8Array;
  readonly outcomes: readonly InjectionOutcome[];
}

/**
 * Applies other settings to a scored history: the same scores through the same pipeline.
 *
 * @param detector the one that scored it.
 * @param settings with the domain that the history was scored with; all others may differ.
 */
export function judge(
  history: ScoredHistory,
  detector: Pick<Detector<never>, 'name' | 'alerting'>,
  settings: DetectionSettings,
): Judgement {
  const { samples, scores, injected, stepSeconds } = history;
  const monitor = { detector: replaying(detector, scores), settings, stepSeconds };
  const run = (state: SeriesState<RecordingPosition>, part: Replay) =>
    replay(monitor, state, samples, [], part);
  const state = startSeries(monitor);
  const forks: SeriesState<RecordingPosition>[] = [];
  const alertRows: number[] = [];
  const anomalous = new Uint8Array(samples.values.length);
  run(state, {
    firstRow: 0,
    endRow: samples.values.length,
    before: (row) => {
      for (; injected[forks.length]?.injection.firstIndex === row; )
        forks.push(forkOf(state, injected[forks.length]!));
    },
    after: (row, observation) => {
      if (isNotification(observation)) alertRows.push(row);
      if (observation.verdict.anomalous) anomalous[row] = 1;
    },
  });
  const outcomes = injected.map(({ injection }, index) => {
    const notifiedRows: number[] = [];
    let anomalousPoints = 0;
    run(forks[index]!, {
      firstRow: injection.firstIndex,
      endRow: endRowOf(injection, samples),
      values: injection.values,
      after: (row, observation) => {
        if (isNotification(observation)) notifiedRows.push(row);
        if (row <= injection.lastIndex && observation.verdict.anomalous) anomalousPoints += 1;
      },
    });
    return outcomeOf(history, injection, notifiedRows, alertRows, anomalousPoints);
  });
  return { alertRows, anomalous, outcomes };
}

function forkOf(
  { policy, lastSeconds }: SeriesState<RecordingPosition>,
  { scores }: ScoredInjection,
): SeriesState<RecordingPosition> {
  return { detector: { scores, calls: 0 }, policy: structuredClone(policy), lastSeconds };
}

function isNotification({ events }: Observation): boolean {
  return events.some(({ kind }) => kind !== 'resolved');
}

function outcomeOf(
  { samples: { timesSeconds } }: ScoredHistory,
  injection: Injection,
  notifiedRows: readonly number[],
  alertRows: readonly number[],
  anomalousPoints: number,
): InjectionOutcome {
  const delayPoints = scoreEvents(notifiedRows, [injection]).delaysPoints[0];
  const firstSeconds = timesSeconds[injection.firstIndex]!;
  return {
    injection,
    isFound: delayPoints !== undefined,
    delaySeconds:
      delayPoints === undefined
        ? undefined
        : timesSeconds[injection.firstIndex + delayPoints]! - firstSeconds,
    isFoundByChance: scoreEvents(alertRows, [injection]).delaysPoints.length > 0,
    points: injection.lastIndex - injection.firstIndex + 1,
    anomalousPoints,
  };
}
