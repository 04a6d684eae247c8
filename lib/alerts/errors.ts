/** Alerts that could not be told; they stay in the outbox and are told again by the next tick. */
export class AlertDeliveryError extends Error {
  override readonly name = 'AlertDeliveryError';
}
