/** The store can't be reached or fails: the same records may be written later. */
export class ResultsUnavailableError extends Error {
  override readonly name = 'ResultsUnavailableError';
}

/** The store refuses records for what they are (type conflict, too old for the retention, no permission). */
export class ResultsRejectedError extends Error {
  override readonly name = 'ResultsRejectedError';
  /** How many records were refused; the others of their batch are stored. */
  readonly rejectedCount: number;
  constructor(message: string, rejectedCount: number, options?: ErrorOptions) {
    super(message, options);
    this.rejectedCount = rejectedCount;
  }
}

/** The buckets and tasks of the results can't be made as the configuration says. */
export class ResultsSetupError extends Error {
  override readonly name = 'ResultsSetupError';
}

/** The configured results keep no alerts. */
export class NoAlertHistoryError extends Error {
  override readonly name = 'NoAlertHistoryError';
  constructor() {
    super(
      'results.kind is "log", which keeps no alerts to look up: set it to influxdb or ndjson, then alerts can be judged',
    );
  }
}

/** The records that wait in one object of the spool can't be read: they are lost. */
export class UnreadableSpoolError extends Error {
  override readonly name = 'UnreadableSpoolError';
  constructor(key: string, detail: string) {
    super(`The spooled results in "${key}" can't be read, and are given up: ${detail}`);
  }
}
