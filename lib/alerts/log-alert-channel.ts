import type { Connection } from '../connections/connection.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Alert, AlertChannel } from './alert-channel.ts';

/** Writes alerts as structured log entries. */
export class LogAlertChannel implements AlertChannel {
  readonly name = 'log';
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async publish(alerts: readonly Alert[]): Promise<void> {
    for (const { id, incidentId, metric, labels, isSimulated, event } of alerts) {
      const fields = {
        alertId: id,
        incidentId,
        metric,
        labels,
        isSimulated,
        kind: event.kind,
        score: event.verdict.score,
      };
      this.#logger.warn(`${metric}: ${event.kind}. ${event.explanation}`, fields);
    }
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: true, detail: 'the structured log' };
  }
}
