import { noticeTypes } from '../config/events.ts';
import { isoTime } from './alert-text.ts';
import { NoticeDeliveryError } from './errors.ts';
import { type BusEvent, EventBus, type EventBusOptions } from './event-bus.ts';
import type { Notice, NoticeChannel } from './notice-channel.ts';

/** Incremented on a change that breaks current readers; a new field does not. */
const SCHEMA_VERSION = 1;

export interface EventBridgeNoticeOptions extends EventBusOptions {
  /** The installation: production, staging. */
  readonly installation: string;
}

/** Sends notices as events to an Amazon EventBridge bus, described in docs/alerts.md. */
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
