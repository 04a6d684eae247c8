import type { noticeTypes } from '../config/events.ts';

/** News of something that the installation did by itself, such as putting a model in use. */
export interface Notice {
  /** The same for every telling of the same news, so that a receiver can drop a duplicate. */
  readonly id: string;
  readonly kind: keyof typeof noticeTypes;
  /** The moment that the news is about, Unix seconds. */
  readonly timeSeconds: number;
  readonly metric: string;
  /** The news on one line, for a person who knows nothing of it. */
  readonly text: string;
  /** What else a program may want to know; survives JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Who is told such news. */
export interface NoticeChannel {
  /** `eventbridge`, `log`. */
  readonly name: string;
  /**
   * Tells all of them, or throws; then the caller tells all again later, with the same ids.
   *
   * @throws NoticeDeliveryError
   */
  announce(notices: readonly Notice[]): Promise<void>;
}
