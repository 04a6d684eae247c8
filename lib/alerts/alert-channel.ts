import type { Connection } from '../connections/connection.ts';
import type { AlertEvent } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';

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
  /** Of an incident that a summary stands for: the summary's `incidentId`. It is never told by itself. */
  readonly summarizedIn?: string;
  /** What a summary stands for; the alert's metric is that of the rarest incident, and it has no labels. */
  readonly summary?: AlertSummary;
}

/** Many incidents that began in one tick. */
export interface AlertSummary {
  readonly incidents: number;
  /** How many of each metric, the most first; of the metrics with the fewest, some may be left out. */
  readonly metrics: Readonly<Record<string, number>>;
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
  /** Asks the receiver whether it is up; never throws. */
  check(): Promise<Connection>;
}
