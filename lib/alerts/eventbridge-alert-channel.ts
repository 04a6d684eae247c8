import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Connection } from '../connections/connection.ts';
import type { RetryEnvironment, RetryPolicy } from '../connections/retry.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';
import type { AlertContext } from './alert-text.ts';
import { anomalyDetail, detailTypeOf } from './anomaly-event.ts';
import { AlertDeliveryError } from './errors.ts';
import { type BusEvent, EventBus } from './event-bus.ts';

/** How to reach one event bus, and what every event says about the installation. */
export interface EventBridgeOptions {
  /** With `maxAttempts: 1`: the channel retries itself. */
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly bus: string;
  readonly context: AlertContext;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
}

/** Sends alerts as events to an Amazon EventBridge bus. */
export class EventBridgeAlertChannel implements AlertChannel {
  readonly name = 'eventbridge';
  readonly #bus: EventBus;
  readonly #busName: string;
  readonly #context: AlertContext;

  constructor(options: EventBridgeOptions) {
    this.#bus = new EventBus(options);
    this.#busName = options.bus;
    this.#context = options.context;
  }

  async publish(alerts: readonly Alert[]): Promise<void> {
    const events = new Map(alerts.map((alert) => [this.#eventOf(alert), alert]));
    const failures = await this.#bus.put([...events.keys()]);
    if (failures.size === 0) return;
    throw new AlertDeliveryError(
      `${failures.size} of ${alerts.length} alerts did not reach the event bus "${this.#busName}": ` +
        [...new Set(failures.values())].join('; '),
      [...failures.keys()].flatMap((event) => events.get(event) ?? []),
    );
  }

  check(): Promise<Connection> {
    return this.#bus.check();
  }

  #eventOf(alert: Alert): BusEvent {
    return {
      detailType: detailTypeOf(alert),
      detail: anomalyDetail(alert, this.#context),
      timeSeconds: alert.event.verdict.timeSeconds,
    };
  }
}
