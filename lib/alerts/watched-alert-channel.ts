import type { Connection } from '../connections/connection.ts';
import type { WatchedConnection } from '../connections/connection-watch.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';
import { AlertDeliveryError } from './errors.ts';

/** Wraps a channel and records what it delivered. */
export function watchedAlertChannel(inner: AlertChannel, connection: WatchedConnection): AlertChannel {
  const watched = async (alerts: readonly Alert[], call: () => Promise<void>): Promise<void> => {
    try {
      await call();
      connection.called('well');
      connection.alertsSent(alerts.length, 0);
    } catch (error) {
      const undelivered = error instanceof AlertDeliveryError ? error.undelivered.length : alerts.length;
      connection.called(undelivered < alerts.length ? 'partial' : 'failed', error);
      connection.alertsSent(alerts.length - undelivered, undelivered);
      throw error;
    }
  };
  return {
    name: inner.name,
    publish: (alerts) => watched(alerts, () => inner.publish(alerts)),
    ...(inner.refresh === undefined ? {} : { refresh: refreshWatched(inner, connection) }),
    check: (): Promise<Connection> => inner.check(),
  };
}

/** Resent alerts do not count as deliveries. With no open incident nothing is sent, so no call is recorded. */
function refreshWatched(
  inner: AlertChannel,
  connection: WatchedConnection,
): NonNullable<AlertChannel['refresh']> {
  return async (open) => {
    try {
      await inner.refresh?.(open);
      if (open.length > 0) connection.called('well');
    } catch (error) {
      connection.called('failed', error);
      throw error;
    }
  };
}
