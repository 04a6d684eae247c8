import type { Sample } from '../series/samples.ts';
import type { Score } from './score.ts';
import type { DetectionSettings } from './settings.ts';
import type { AlertEventKind } from './verdict.ts';

/** The incident memory of one series. Plain numbers, so that it can be stored as it is. */
export interface AlertPolicyState {
  isOpen: boolean;
  onsetSeconds: number;
  lastAlertSeconds: number;
  lastAnomalousSeconds: number;
}

export interface AlertPolicyInput {
  readonly score: Score;
  readonly sample: Sample;
  readonly threshold: number;
  readonly settings: DetectionSettings;
  readonly stepSeconds: number;
}

/** What the policy decided to tell. */
export interface AlertDecision {
  readonly kind: AlertEventKind;
  readonly onsetSeconds: number;
}

const LONG_AGO_SECONDS = -1e18;

/** The memory of a series that never alerted. */
export function startAlertPolicy(): AlertPolicyState {
  return {
    isOpen: false,
    onsetSeconds: LONG_AGO_SECONDS,
    lastAlertSeconds: LONG_AGO_SECONDS,
    lastAnomalousSeconds: LONG_AGO_SECONDS,
  };
}

/** Turns scores into incidents: opened once, resolved once after the quiet time. */
export function decideAlert(state: AlertPolicyState, input: AlertPolicyInput): AlertDecision | undefined {
  const { sample, settings, stepSeconds } = input;
  const now = sample.timeSeconds;
  if (input.score.score >= input.threshold) {
    state.lastAnomalousSeconds = now;
    if (state.isOpen || now - state.lastAlertSeconds < settings.refractorySeconds) return undefined;
    state.isOpen = true;
    state.onsetSeconds = now;
    state.lastAlertSeconds = now;
    return { kind: 'onset', onsetSeconds: now };
  }
  const quietSeconds = Math.max(settings.quietSeconds, 5 * stepSeconds);
  if (!state.isOpen || now - state.lastAnomalousSeconds <= quietSeconds) return undefined;
  state.isOpen = false;
  return { kind: 'resolved', onsetSeconds: state.onsetSeconds };
}
