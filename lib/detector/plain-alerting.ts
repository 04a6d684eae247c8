import type { AlertDecision, AlertPolicyState } from './alert-policy.ts';

/**
 * Alerting without a policy: an incident begins with the first anomalous sample and ends with the first that is not. What a
 * plain rule does, to be compared with.
 */
export function decidePlainly(
  state: AlertPolicyState,
  timeSeconds: number,
  anomalous: boolean,
  isSilenced: boolean,
): readonly AlertDecision[] {
  if (anomalous) {
    state.lastNearSeconds = timeSeconds;
    if (state.isOpen || isSilenced) return [];
    state.isOpen = true;
    state.onsetSeconds = timeSeconds;
    return [{ kind: 'onset', onsetSeconds: timeSeconds, lastNearSeconds: timeSeconds }];
  }
  if (!state.isOpen) return [];
  state.isOpen = false;
  return [{ kind: 'resolved', onsetSeconds: state.onsetSeconds, lastNearSeconds: state.lastNearSeconds }];
}
