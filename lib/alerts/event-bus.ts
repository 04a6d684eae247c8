import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../config/events.ts';
import type { Connection } from '../connections/connection.ts';
import { type RetryAdvice, type RetryEnvironment, type RetryPolicy, retry } from '../connections/retry.ts';
import { endingWith } from '../connections/time-left.ts';
import { AlertRequestError } from './errors.ts';

/** Source: EventBridge quotas, PutEvents: 10 entries and 256 KB per request. */
const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 256 * 1024;
/** Source: EventBridge user guide, calculating PutEvents event entry size: a time counts as 14 bytes. */
const TIME_BYTES = 14;
/** Source: PutEventsResultEntry, ErrorCode: all other codes concern the entry or permissions and are permanent. */
const TRANSIENT_CODES = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

/** How to reach one event bus. */
export interface EventBusOptions {
  /** With `maxAttempts: 1`: retries happen here. */
  readonly client: EventBridgeClient;
  /** Name or ARN. */
  readonly bus: string;
  readonly retries: RetryPolicy;
  readonly environment: RetryEnvironment;
}

/** One event to put on the bus. */
export interface BusEvent {
  readonly detailType: string;
  /** Serialized as JSON. */
  readonly detail: object;
  /** Unix seconds. */
  readonly timeSeconds: number;
}

interface Entry {
  readonly event: BusEvent;
  readonly request: PutEventsRequestEntry;
  readonly bytes: number;
}

/** Puts events on an Amazon EventBridge bus in batches, and retries transient failures. */
export class EventBus {
  readonly #options: EventBusOptions;

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** @returns the reason for each event that could not be put. */
  async put(events: readonly BusEvent[]): Promise<ReadonlyMap<BusEvent, string>> {
    const failures = new Map<BusEvent, string>();
    for (const batch of batchesOf(events.map((event) => this.#entryOf(event)))) {
      for (const [entry, reason] of await this.#deliver(batch)) failures.set(entry.event, reason);
    }
    return failures;
  }

  async check(): Promise<Connection> {
    const { client, bus } = this.#options;
    try {
      const { Arn } = await client.send(new DescribeEventBusCommand({ Name: bus }));
      return { service: 'eventbridge', isUp: true, detail: Arn ?? bus };
    } catch (error) {
      return { service: 'eventbridge', isUp: false, detail: `${bus}: ${reasonOf(error)}` };
    }
  }

  /**
   * Puts the batch and retries the entries that failed with a transient code.
   *
   * @returns the reason for each entry that could not be put.
   */
  async #deliver(batch: readonly Entry[]): Promise<ReadonlyMap<Entry, string>> {
    const { client, retries, environment } = this.#options;
    const failures = new Map<Entry, string>();
    let due = batch;
    const put = async () => {
      const { Entries: outcomes = [] } = await client.send(
        new PutEventsCommand({ Entries: due.map(({ request }) => request) }),
        endingWith(environment.remainingMilliseconds),
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

  #entryOf(event: BusEvent): Entry {
    const { detailType, timeSeconds } = event;
    const detail = JSON.stringify(event.detail);
    return {
      event,
      request: {
        EventBusName: this.#options.bus,
        Source: EVENT_SOURCE,
        DetailType: detailType,
        Detail: detail,
        Time: new Date(timeSeconds * 1000),
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

/** A request that the service rejects fails the same way again; server faults, throttling and lost connections may pass. */
function adviceOn(error: unknown): RetryAdvice {
  if (!(error instanceof EventBridgeServiceException)) return { mayRetry: true };
  return { mayRetry: error.$fault === 'server' || /Throttl|TooManyRequests/.test(error.name) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
