import type { AlertEvent } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';
import type { Connection } from '../telemetry/connection.ts';

/** News of one incident, ready to be told. */
export interface Alert {
  /** The same for every telling of the same news, so that a receiver can drop a duplicate. */
  readonly id: string;
  /** The same for all news of one incident. */
  readonly incidentId: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly event: AlertEvent;
}

/** Who is told. */
export interface AlertChannel {
  /** `eventbridge`, `alertmanager`, `log`. */
  readonly name: string;
  /**
   * Tells all of them, or throws; then the caller tells all of them again later, with the same ids.
   *
   * @throws AlertDeliveryError
   */
  publish(alerts: readonly Alert[]): Promise<void>;
  check(): Promise<Connection>;
}
