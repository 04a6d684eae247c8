import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../config/events.ts';
import type { Connection } from '../telemetry/connection.ts';
import { type RetryAdvice, type RetryEnvironment, type RetryPolicy, retry } from '../telemetry/retry.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';
import type { AlertSurroundings } from './alert-text.ts';
import { anomalyDetail, detailTypeOf } from './anomaly-event.ts';
import { AlertDeliveryError, AlertRequestError } from './errors.ts';

/** Source: EventBridge quotas, PutEvents: 10 entries, and 256 KB for all of them together. */
const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 256 * 1024;
/** Source: EventBridge user guide, calculating PutEvents event entry size: a time counts as 14 bytes. */
const TIME_BYTES = 14;
/** Source: PutEventsResultEntry, ErrorCode: what else it may say is about the entry or the permission, and stays. */
const TRANSIENT_CODES = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

/** How to reach one event bus. */
export interface EventBridgeOptions {
  /** With `maxAttempts: 1`, since the channel repeats by itself. */
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly bus: string;
  readonly surroundings: AlertSurroundings;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
}

interface Entry {
  readonly alert: Alert;
  readonly request: PutEventsRequestEntry;
  readonly bytes: number;
}

/** Alerts as events on a bus of Amazon EventBridge. */
export class EventBridgeAlertChannel implements AlertChannel {
  readonly name = 'eventbridge';
  readonly #options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  async publish(alerts: readonly Alert[]): Promise<void> {
    const failures = new Map<Entry, string>();
    for (const batch of batchesOf(alerts.map((alert) => this.#entryOf(alert)))) {
      for (const [entry, reason] of await this.#deliver(batch)) failures.set(entry, reason);
    }
    if (failures.size === 0) return;
    throw new AlertDeliveryError(
      `${failures.size} of ${alerts.length} alerts did not reach the event bus "${this.#options.bus}": ` +
        [...new Set(failures.values())].join('; '),
      [...failures.keys()].map(({ alert }) => alert),
    );
  }

  async check(): Promise<Connection> {
    const { client, bus } = this.#options;
    try {
      const { Arn } = await client.send(new DescribeEventBusCommand({ Name: bus }));
      return { service: this.name, isUp: true, detail: Arn ?? bus };
    } catch (error) {
      return { service: this.name, isUp: false, detail: `${bus}: ${reasonOf(error)}` };
    }
  }

  /**
   * Puts the batch, and again those of its entries whose failure may pass.
   *
   * @returns why, for each entry that the bus did not take at last.
   */
  async #deliver(batch: readonly Entry[]): Promise<ReadonlyMap<Entry, string>> {
    const { client, retries, environment } = this.#options;
    const failures = new Map<Entry, string>();
    let due = batch;
    const put = async () => {
      const { Entries: outcomes = [] } = await client.send(
        new PutEventsCommand({ Entries: due.map(({ request }) => request) }),
      );
      const failed = due.flatMap((entry, index) => {
        const { EventId, ErrorCode = 'no answer', ErrorMessage = '' } = outcomes[index] ?? {};
        failures.delete(entry);
        if (EventId !== undefined) return [];
        failures.set(entry, `${ErrorCode} ${ErrorMessage}`.trim());
        return TRANSIENT_CODES.has(ErrorCode) ? [entry] : [];
      });
      due = failed;
      if (due.length > 0) throw new AlertRequestError(`${due.length} entries failed`, true);
    };
    try {
      await retry(put, adviceOn, retries, environment);
    } catch (error) {
      if (!(error instanceof AlertRequestError))
        for (const entry of due) failures.set(entry, reasonOf(error));
    }
    return failures;
  }

  #entryOf(alert: Alert): Entry {
    const { bus, surroundings } = this.#options;
    const detailType = detailTypeOf(alert);
    const detail = JSON.stringify(anomalyDetail(alert, surroundings));
    return {
      alert,
      request: {
        EventBusName: bus,
        Source: EVENT_SOURCE,
        DetailType: detailType,
        Detail: detail,
        Time: new Date(alert.event.verdict.timeSeconds * 1000),
      },
      bytes:
        TIME_BYTES +
        [EVENT_SOURCE, detailType, detail].reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    };
  }
}

function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const batch = batches.at(-1);
    const fits = batch !== undefined && batch.length < MAXIMUM_ENTRIES && bytes + entry.bytes < MAXIMUM_BYTES;
    bytes = fits ? bytes + entry.bytes : entry.bytes;
    if (fits) batch.push(entry);
    else batches.push([entry]);
  }
  return batches;
}

/** A call that the service refuses for what it is fails the same way again; one that did not get through may not. */
function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof EventBridgeServiceException)) return { mayRetry: true };
  return { mayRetry: error.$fault === 'server' || /Throttl|TooManyRequests/.test(error.name) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
