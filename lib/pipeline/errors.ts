import { nearestName } from '../config/nearest-name.ts';

/** A metric that the configuration does not name. */
export class UnknownMetricError extends Error {
  override readonly name = 'UnknownMetricError';
  readonly metric: string;
  /** The name that was probably meant. */
  readonly nearest: string | undefined;
  constructor(metric: string, known: readonly string[]) {
    const nearest = nearestName(metric, known);
    const hint = nearest === undefined ? `it has ${known.join(', ')}` : `did you mean "${nearest}"?`;
    super(`The configuration has no metric "${metric}" that is enabled; ${hint}`);
    this.metric = metric;
    this.nearest = nearest;
  }
}

/** The state of a run that this program can't read. */
export class UnreadableRunError extends Error {
  override readonly name = 'UnreadableRunError';
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(
      `The state of the run in "${key}" can't be read: ${reason}. Remove it, and start another run.`,
      options,
    );
  }
}

/** A retraining of more metrics than one run can hold. */
export class TooManyMetricsError extends Error {
  override readonly name = 'TooManyMetricsError';
  constructor(metrics: number, bytes: number, limit: number) {
    super(
      `The names of ${metrics} metrics take ${bytes} bytes, and one retraining holds ${limit}: ` +
        'retrain them in parts by POST /retrain, name them more briefly, or split the configuration in two installations.',
    );
  }
}

/** A run that nobody has started, or whose state has expired. */
export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError';
  constructor(id: string) {
    super(`There is no run "${id}": it was never started, or so long ago that it is forgotten.`);
  }
}

/** One key of idempotency for two different requests. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';
  constructor(key: string) {
    super(
      `The key "${key}" has been used for a request with another body: take a new key for another request.`,
    );
  }
}

/** An order that can't be carried out. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidOrderError';
}

/** No alert, or more than one, is called so. */
export class UnknownAlertError extends Error {
  override readonly name = 'NoSuchAlertError';
}
