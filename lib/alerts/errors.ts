import type { Alert } from './alert-channel.ts';

/** Alerts that could not be delivered; they stay in the outbox and the next tick sends them again. */
export class AlertDeliveryError extends Error {
  override readonly name = 'AlertDeliveryError';
  /** The alerts to send again; all others of the call were delivered. */
  readonly undelivered: readonly Alert[];
  constructor(message: string, undelivered: readonly Alert[], options?: ErrorOptions) {
    super(message, options);
    this.undelivered = undelivered;
  }
}

/** One failed attempt to send alerts; `mayPass` when a retry may succeed. */
export class AlertRequestError extends Error {
  override readonly name = 'AlertRequestError';
  readonly mayPass: boolean;
  /** How long the receiver asked to be left alone. */
  readonly retryAfterMilliseconds: number | undefined;
  constructor(
    message: string,
    mayPass: boolean,
    options?: ErrorOptions & { retryAfterMilliseconds?: number | undefined },
  ) {
    super(message, options);
    this.mayPass = mayPass;
    this.retryAfterMilliseconds = options?.retryAfterMilliseconds;
  }
}

/** Notices that could not be delivered; all of them are sent again later. */
export class NoticeDeliveryError extends Error {
  override readonly name = 'NoticeDeliveryError';
}
