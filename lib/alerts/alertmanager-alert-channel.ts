import type { Connection } from '../connections/connection.ts';
import { endsIncident } from '../detector/verdict.ts';
import type { Labels } from '../series/labels.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';
import { type AlertContext, alertTitle, isoTime } from './alert-text.ts';
import {
  AlertmanagerClient,
  type AlertmanagerClientOptions,
  type PostableAlert,
} from './alertmanager-client.ts';
import { alertmanagerLabels } from './alertmanager-labels.ts';
import { firingSeconds } from './alertmanager-times.ts';
import { AlertDeliveryError } from './errors.ts';

/** What is sent to one Alertmanager, and how often. */
export interface AlertmanagerOptions extends AlertmanagerClientOptions {
  /** Seconds until a firing alert is sent again; a tick before that does not send it. */
  readonly resendSeconds: number;
  /** Seconds between two ticks. */
  readonly tickSeconds: number;
  /** Labels that every alert carries. */
  readonly labels: Labels;
  readonly context: AlertContext;
  /** Wall clock, Unix seconds: Alertmanager compares times with its own. */
  readonly nowSeconds: () => number;
}

/**
 * Sends alerts to a Prometheus Alertmanager. Alertmanager expires alerts that are not sent again, so open incidents are
 * sent every resend interval with an end a few intervals ahead: if Tidemark stops, its alerts resolve.
 */
export class AlertmanagerAlertChannel implements AlertChannel {
  readonly name = 'alertmanager';
  readonly #options: AlertmanagerOptions;
  readonly #client: AlertmanagerClient;
  /** When each open incident was last sent, Unix seconds, by incident id. A new process sends all of them at once. */
  readonly #sentSeconds = new Map<string, number>();

  constructor(options: AlertmanagerOptions) {
    this.#options = options;
    this.#client = new AlertmanagerClient(options);
  }

  async publish(alerts: readonly Alert[]): Promise<void> {
    // Alertmanager keeps one state per incident: the newest.
    const newest = new Map(alerts.map((alert) => [alert.incidentId, alert]));
    await this.#send([...newest.values()], alerts);
  }

  async refresh(open: readonly Alert[]): Promise<void> {
    const { nowSeconds, resendSeconds } = this.#options;
    const now = nowSeconds();
    // Removes what is due, and with time the resolved incidents of every shard.
    for (const [id, sent] of this.#sentSeconds) if (now - sent >= resendSeconds) this.#sentSeconds.delete(id);
    const due = open.filter(({ incidentId }) => !this.#sentSeconds.has(incidentId));
    await this.#send(due, due);
  }

  /** Sends an empty list, which needs the same permission as sending alerts. */
  async check(): Promise<Connection> {
    try {
      await this.#client.postOnce([]);
      return { service: this.name, isUp: true, detail: this.#options.url };
    } catch (error) {
      return { service: this.name, isUp: false, detail: messageOf(error) };
    }
  }

  /** @param published the alerts that an error lists as undelivered. */
  async #send(alerts: readonly Alert[], published: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const now = this.#options.nowSeconds();
    const postable = alerts.map((alert) => this.#postable(alert, now));
    try {
      await this.#client.post(postable);
    } catch (error) {
      throw new AlertDeliveryError(messageOf(error), published, { cause: error });
    }
    for (const { incidentId } of alerts) this.#sentSeconds.set(incidentId, now);
  }

  #postable(alert: Alert, nowSeconds: number): PostableAlert {
    const { context, labels } = this.#options;
    const { event } = alert;
    const link = context.linkTo(alert);
    const isOver = endsIncident(event.kind);
    const aheadSeconds = firingSeconds(this.#options);
    return {
      labels: alertmanagerLabels(alert, context.environment, labels),
      annotations: {
        summary: alertTitle(alert),
        description: event.explanation,
        incident: alert.incidentId,
      },
      startsAt: isoTime(event.onsetSeconds),
      endsAt: isoTime(isOver ? Math.min(event.verdict.timeSeconds, nowSeconds) : nowSeconds + aheadSeconds),
      ...(link === undefined ? {} : { generatorURL: link }),
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
