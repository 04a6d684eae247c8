import type { Alert } from './alert-channel.ts';

/** Alerts that could not be told; they stay in the outbox and are told again by the next tick. */
export class AlertDeliveryError extends Error {
  override readonly name = 'AlertDeliveryError';
  /** Those that are to be told again; the others of the same call arrived. */
  readonly undelivered: readonly Alert[];
  constructor(message: string, undelivered: readonly Alert[], options?: ErrorOptions) {
    super(message, options);
    this.undelivered = undelivered;
  }
}

/** One try to tell alerts that failed; `mayPass` when another one may succeed. */
export class AlertRequestError extends Error {
  override readonly name = 'AlertRequestError';
  readonly mayPass: boolean;
  constructor(message: string, mayPass: boolean, options?: ErrorOptions) {
    super(message, options);
    this.mayPass = mayPass;
  }
}

/** News that could not be told; all of it is told again later. */
export class NoticeDeliveryError extends Error {
  override readonly name = 'NoticeDeliveryError';
}
