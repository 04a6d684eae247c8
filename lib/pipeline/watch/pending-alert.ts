import type { Alert } from '../../alerts/alert-channel.ts';

/** An alert that was decided and not yet told to everybody. */
export interface PendingAlert {
  readonly alert: Alert;
  /** Names of the channels that have it: one that is down must not make the others tell it again. */
  readonly deliveredTo: readonly string[];
}

/** Alerts that nobody has been told yet. */
export function pending(alerts: readonly Alert[]): PendingAlert[] {
  return alerts.map((alert) => ({ alert, deliveredTo: [] }));
}
