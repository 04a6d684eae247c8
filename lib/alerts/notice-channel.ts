import type { noticeTypes } from '../config/events.ts';

/** Reports something that the installation did by itself, such as promoting a model. */
export interface Notice {
  /** Stays the same when the notice is sent again, so that a receiver can drop a duplicate. */
  readonly id: string;
  readonly kind: keyof typeof noticeTypes;
  /** When it happened, Unix seconds. */
  readonly timeSeconds: number;
  readonly metric: string;
  /** The notice on one line, readable without context. */
  readonly text: string;
  /** Fields for programs; JSON values only. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Where notices are sent. */
export interface NoticeChannel {
  /** `eventbridge`, `alertmanager`, `log`. */
  readonly name: string;
  /**
   * Sends all notices. When it throws, the caller sends all of them again later, with the same ids.
   *
   * @throws NoticeDeliveryError
   */
  announce(notices: readonly Notice[]): Promise<void>;
  /**
   * Sends the notices of what still goes on, every tick, to a receiver that expires alerts (Alertmanager); other channels
   * do not have this method. What such a channel did not take is not announced again: it is refreshed, or expires.
   *
   * @throws NoticeDeliveryError
   */
  refresh?(ongoing: readonly Notice[]): Promise<void>;
}
