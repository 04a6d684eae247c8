import type { Connection } from '../connections/connection.ts';
import type { AlertEvent } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';

/** One notification about an incident, ready to be sent. */
export interface Alert {
  /** Stays the same when the notification is sent again, so that a receiver can drop a duplicate. */
  readonly id: string;
  /** The same for all notifications of one incident. */
  readonly incidentId: string;
  readonly metric: string;
  readonly labels: Labels;
  readonly isSimulated: boolean;
  readonly event: AlertEvent;
  /** The `incidentId` of the summary that covers this incident. Such an alert is not sent by itself. */
  readonly summarizedIn?: string;
  /** What a summary covers; its metric is that of the rarest incident, and it has no labels. */
  readonly summary?: AlertSummary;
}

/** Many incidents that opened in one tick. */
export interface AlertSummary {
  readonly incidents: number;
  /** Incidents by metric, most first; metrics with the fewest incidents may be left out. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Where alerts are sent. */
export interface AlertChannel {
  /** `eventbridge`, `alertmanager`, `log`; unique among the channels in use. */
  readonly name: string;
  /**
   * Sends each alert once, in order. When it throws, the caller sends the undelivered alerts again later, with the
   * same ids.
   *
   * @throws AlertDeliveryError which lists the alerts that did not arrive.
   */
  publish(alerts: readonly Alert[]): Promise<void>;
  /**
   * Sends the open incidents again, every tick, to a receiver that expires alerts (Alertmanager); other channels do not
   * have this method. An incident that is not listed is over.
   *
   * @param open the newest alert of each open incident.
   * @throws AlertDeliveryError; the next tick sends them again.
   */
  refresh?(open: readonly Alert[]): Promise<void>;
  /** Asks the receiver whether it is up; never throws. */
  check(): Promise<Connection>;
}
