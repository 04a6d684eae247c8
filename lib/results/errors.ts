/** The store is unreachable or failing: the same records can be written later. */
export class ResultsUnavailableError extends Error {
  override readonly name = 'ResultsUnavailableError';
}

/** The store rejects records permanently (type conflict, older than the retention). */
export class ResultsRejectedError extends Error {
  override readonly name = 'ResultsRejectedError';
  /** Number of rejected records; the others of the batch are stored. */
  readonly rejectedCount: number;
  constructor(message: string, rejectedCount: number, options?: ErrorOptions) {
    super(message, options);
    this.rejectedCount = rejectedCount;
  }
}

/** The rejections of one write as one: the first says why, the count is of all. */
export function mergedRejections(rejections: readonly ResultsRejectedError[]): ResultsRejectedError {
  const [first] = rejections;
  const count = rejections.reduce((sum, { rejectedCount }) => sum + rejectedCount, 0);
  return new ResultsRejectedError(first?.message ?? '', count, { cause: first });
}

/** The configured buckets and tasks cannot be created. */
export class ResultsSetupError extends Error {
  override readonly name = 'ResultsSetupError';
}

/** The configured result store does not store alerts. */
export class NoAlertHistoryError extends Error {
  override readonly name = 'NoAlertHistoryError';
  constructor(kind: string) {
    super(
      `results.kind is "${kind}", which stores no alerts that could be read back: set it to influxdb or ndjson to judge alerts`,
    );
  }
}

/** The configured result store does not store verdicts that can be read back. */
export class NoVerdictHistoryError extends Error {
  override readonly name = 'NoVerdictHistoryError';
  constructor(kind: string) {
    super(
      `results.kind is "${kind}", whose verdicts can't be read back here: set it to influxdb or ndjson, or ask the store itself`,
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
