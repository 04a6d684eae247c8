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
  /** `eventbridge`, `alertmanager`, `log`; unlike that of any other channel in use. */
  readonly name: string;
  /**
   * Tells all of them, each once, in their order, or throws; then the caller tells what is undelivered again later,
   * with the same ids.
   *
   * @throws AlertDeliveryError which names what did not arrive.
   */
  publish(alerts: readonly Alert[]): Promise<void>;
  /**
   * Reminds a receiver that forgets (Alertmanager) of the incidents that are open, every tick; other channels have no
   * such method. What is no longer among them is over.
   *
   * @param open the newest news of each open incident.
   * @throws AlertDeliveryError; the next tick reminds again.
   */
  refresh?(open: readonly Alert[]): Promise<void>;
  check(): Promise<Connection>;
}
