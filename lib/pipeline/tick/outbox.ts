import type { Alert, AlertChannel } from '../../alerts/alert-channel.ts';
import { AlertDeliveryError } from '../../alerts/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { PendingAlert } from '../watch/pending-alert.ts';

/**
 * Sends each channel the alerts it has not received yet, and reminds it of the incidents that are open.
 *
 * @param open undefined where nothing is to be reminded of.
 * @returns what still waits, for the next tick to try again.
 */
export async function notify(
  outbox: readonly PendingAlert[],
  open: readonly Alert[] | undefined,
  channels: readonly AlertChannel[],
  logger: Logger,
): Promise<PendingAlert[]> {
  const undeliveredByChannel = await Promise.all(
    channels.map(async (channel) => {
      const due = outbox
        .filter(({ deliveredTo }) => !deliveredTo.includes(channel.name))
        .map(({ alert }) => alert);
      try {
        if (due.length > 0) await channel.publish(due);
      } catch (error) {
        logger.error('Alerts could not be sent; the next tick tries again', { channel: channel.name, error });
        return new Set(error instanceof AlertDeliveryError ? error.undelivered : due);
      }
      try {
        if (open !== undefined) await channel.refresh?.(open);
      } catch (error) {
        logger.error('A channel could not be reminded of open incidents', { channel: channel.name, error });
      }
      return new Set<Alert>();
    }),
  );
  return outbox.flatMap(({ alert }) => {
    const deliveredTo = channels
      .filter((_, index) => undeliveredByChannel[index]?.has(alert) === false)
      .map(({ name }) => name);
    return deliveredTo.length === channels.length ? [] : [{ alert, deliveredTo }];
  });
}
