import { noticeTypes } from '../config/events.ts';
import { isoTime } from './alert-text.ts';
import { NoticeDeliveryError } from './errors.ts';
import { type BusEvent, EventBus, type EventBusOptions } from './event-bus.ts';
import type { Notice, NoticeChannel } from './notice-channel.ts';

/** Raised with every change that a reader of today could stumble over; new fields may come without. */
const SCHEMA_VERSION = 1;

export interface EventBridgeNoticeOptions extends EventBusOptions {
  /** Which installation it is: production, staging. */
  readonly installation: string;
}

/** News as events on a bus of Amazon EventBridge, as docs/alerts.md describes them. */
export class EventBridgeNoticeChannel implements NoticeChannel {
  readonly name = 'eventbridge';
  readonly #bus: EventBus;
  readonly #options: EventBridgeNoticeOptions;

  constructor(options: EventBridgeNoticeOptions) {
    this.#bus = new EventBus(options);
    this.#options = options;
  }

  async announce(notices: readonly Notice[]): Promise<void> {
    const failures = await this.#bus.put(notices.map((notice) => this.#eventOf(notice)));
    if (failures.size === 0) return;
    throw new NoticeDeliveryError(
      `${failures.size} of ${notices.length} notices did not reach the event bus "${this.#options.bus}": ` +
        [...new Set(failures.values())].join('; '),
    );
  }

  #eventOf({ id, kind, timeSeconds, metric, text, facts }: Notice): BusEvent {
    const { installation } = this.#options;
    return {
      detailType: noticeTypes[kind],
      detail: {
        version: SCHEMA_VERSION,
        id,
        environment: installation,
        time: isoTime(timeSeconds),
        metric,
        ...facts,
        text: `[${installation}] ${text}`,
      },
      timeSeconds,
    };
  }
}
