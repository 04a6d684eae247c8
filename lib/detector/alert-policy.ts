import { persists, rememberHit } from './persistence.ts';
import { emptyRecurrence, isRecurring, type RecurrenceMemory } from './recurrence.ts';
import { emptyRoutine, type RoutineMemory, rememberExceedance, routinePenalty } from './routine.ts';
import type { DetectionSettings } from './settings.ts';
import type { AlertEventKind } from './verdict.ts';

/** What the scores of a series can lead to; that it is missing is not theirs to say. */
type PolicyEventKind = Exclude<AlertEventKind, 'series-missing' | 'series-returned'>;

/** An escalation is at least ten times rarer than what was notified before. */
const ESCALATION = 1;
/** An incident lives on while scores stay within half of the threshold's rarity: log10(2). */
const NEAR = 0.3;
/** A spike is new after this long, and this many steps, without any: a storm of spikes stays one alert. */
const NEW_SPIKE_SECONDS = 1200;
const NEW_SPIKE_STEPS = 3;
const LEAST_QUIET_STEPS = 5;

/** The incident memory of one series. */
export interface AlertPolicyState {
  isOpen: boolean;
  /** When the last incident began; with metric and labels it is the incident's identity. */
  onsetSeconds: number;
  lastAlertSeconds: number;
  /** The score of the last notification; infinite before the first. */
  lastAlertScore: number;
  /** When the score was last at or near the threshold, and its spike part last at it. */
  lastNearSeconds: number;
  lastSpikeSeconds: number;
  /** Which of the last 32 points were hits, newest in the lowest bit. */
  hits: number;
  readonly routine: RoutineMemory;
  readonly recurrence: RecurrenceMemory;
}

/** One scored sample, as the policy sees it. */
export interface AlertPolicyInput {
  readonly timeSeconds: number;
  readonly score: number;
  readonly spikeScore: number;
  readonly threshold: number;
  readonly settings: DetectionSettings;
  readonly stepSeconds: number;
  /** The user's filters let the evidence pass. */
  readonly matters: boolean;
  /** The deviation in the unit of the value, negative downwards; 0 for a stuck value. */
  readonly size: number;
  /** Raises no new alert, for instance during maintenance. */
  readonly isSilenced: boolean;
}

/** What the policy decided to notify. */
export interface AlertDecision {
  readonly kind: PolicyEventKind;
  readonly onsetSeconds: number;
  /** When the incident was last at or near the threshold: of a resolved one, its end. */
  readonly lastNearSeconds: number;
}

const NOTHING: readonly AlertDecision[] = [];

/** The memory of a series that never alerted. */
export function startAlertPolicy(
  routine: RoutineMemory = emptyRoutine(),
  recurrence: RecurrenceMemory = emptyRecurrence(),
): AlertPolicyState {
  return {
    isOpen: false,
    onsetSeconds: -Infinity,
    lastAlertSeconds: -Infinity,
    lastAlertScore: Infinity,
    lastNearSeconds: -Infinity,
    lastSpikeSeconds: -Infinity,
    hits: 0,
    routine,
    recurrence,
  };
}

/**
 * Turns scores into events of incidents. An incident opens once and is notified again only when it becomes ten times rarer or
 * when another spike comes; it ends after the quiet time. What level, range and flat say re-arms by time only; a
 * spike re-arms after 20 minutes without spikes, so that neither an open incident nor the refractory time hides the next one.
 *
 * What recurs (see recurrence.ts) is not notified.
 *
 * What the machine learns (when scores were near, when spikes came, which hours are routine, which episodes recur) depends on the
 * scores alone: the user's filters and a silence only suppress notifications, and what was suppressed does not count as notified.
 *
 * @returns the events in order: at most the end of an old incident and one event of the current one.
 */
export function decideAlerts(state: AlertPolicyState, input: AlertPolicyInput): readonly AlertDecision[] {
  const { timeSeconds, score, spikeScore, threshold } = input;
  const resolved = resolve(state, input);
  const isAbove = score >= threshold;
  const bar = isAbove ? threshold + routinePenalty(state.routine, timeSeconds) : threshold;
  if (isAbove) rememberExceedance(state.routine, timeSeconds);
  const isHabit = isAbove && isRecurring(state.recurrence, input);
  const isHit = score >= bar && input.matters && !input.isSilenced && !isHabit;
  state.hits = rememberHit(state.hits, isHit);
  const kind = isHit ? eventKindOf(state, input, bar) : undefined;
  if (kind !== undefined) open(state, input, kind);
  if (spikeScore >= threshold) state.lastSpikeSeconds = timeSeconds;
  if (score >= threshold - NEAR) state.lastNearSeconds = timeSeconds;
  if (kind === undefined) return resolved === undefined ? NOTHING : [resolved];
  const event = { kind, onsetSeconds: state.onsetSeconds, lastNearSeconds: timeSeconds };
  return resolved === undefined ? [event] : [resolved, event];
}

function resolve(state: AlertPolicyState, input: AlertPolicyInput): AlertDecision | undefined {
  const quietSeconds = Math.max(input.settings.quietSeconds, LEAST_QUIET_STEPS * input.stepSeconds);
  if (!state.isOpen || input.timeSeconds - state.lastNearSeconds <= quietSeconds) return undefined;
  state.isOpen = false;
  return { kind: 'resolved', onsetSeconds: state.onsetSeconds, lastNearSeconds: state.lastNearSeconds };
}

function eventKindOf(
  state: AlertPolicyState,
  input: AlertPolicyInput,
  bar: number,
): PolicyEventKind | undefined {
  const { timeSeconds, score, spikeScore, settings, stepSeconds } = input;
  // An incident needs persistent evidence to begin; an event of one that is open does not.
  const mayBegin = persists(state.hits, settings.persistence);
  if (!state.isOpen && timeSeconds - state.lastAlertSeconds >= settings.refractorySeconds)
    return mayBegin ? 'onset' : undefined;
  if (score >= state.lastAlertScore + ESCALATION) return 'escalation';
  const spikeQuietSeconds = Math.max(NEW_SPIKE_SECONDS, NEW_SPIKE_STEPS * stepSeconds);
  const isNewSpike = spikeScore >= bar && timeSeconds - state.lastSpikeSeconds >= spikeQuietSeconds;
  return isNewSpike && (state.isOpen || mayBegin) ? 'new-spike' : undefined;
}

function open(state: AlertPolicyState, input: AlertPolicyInput, kind: PolicyEventKind): void {
  const { timeSeconds, score } = input;
  // Within the refractory time an escalation takes up the incident that was notified last; a spike begins another.
  if (kind === 'onset' || (kind === 'new-spike' && !state.isOpen)) state.onsetSeconds = timeSeconds;
  state.lastAlertSeconds = timeSeconds;
  state.lastAlertScore = kind === 'new-spike' ? Math.max(state.lastAlertScore, score) : score;
  state.isOpen = true;
}
