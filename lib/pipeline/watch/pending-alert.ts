import type { Alert } from '../../alerts/alert-channel.ts';

/** An alert that is not yet delivered to every channel. */
export interface PendingAlert {
  readonly alert: Alert;
  /** Names of the channels that have it, so that one channel's failure does not make others send it twice. */
  readonly deliveredTo: readonly string[];
}

/** Wraps alerts that no channel has yet. */
export function pending(alerts: readonly Alert[]): PendingAlert[] {
  return alerts.map((alert) => ({ alert, deliveredTo: [] }));
}
