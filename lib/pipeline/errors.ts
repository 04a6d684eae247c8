import { nearestName } from '../config/nearest-name.ts';

/** The configuration has no enabled metric of this name. */
export class UnknownMetricError extends Error {
  override readonly name = 'UnknownMetricError';
  readonly metric: string;
  /** The most similar known name. */
  readonly nearest: string | undefined;
  constructor(metric: string, known: readonly string[]) {
    const nearest = nearestName(metric, known);
    const hint =
      nearest === undefined ? `enabled metrics: ${known.join(', ')}` : `did you mean "${nearest}"?`;
    super(`The configuration has no enabled metric "${metric}"; ${hint}`);
    this.metric = metric;
    this.nearest = nearest;
  }
}

/** A stored run that this version cannot read. */
export class UnreadableRunError extends Error {
  override readonly name = 'UnreadableRunError';
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`Could not read the run in "${key}": ${reason}. Remove the object and start another run.`, options);
  }
}

/** A retraining of more metrics than one run may have. */
export class TooManyMetricsError extends Error {
  override readonly name = 'TooManyMetricsError';
  constructor(metrics: number, bytes: number, limit: number) {
    super(
      `The names of ${metrics} metrics take ${bytes} bytes, the limit of one retraining is ${limit}: ` +
        'retrain them in parts with POST /retrain, shorten the names, or split the configuration into two installations.',
    );
  }
}

/** A run that was never started or has expired. */
export class UnknownRunError extends Error {
  override readonly name = 'UnknownRunError';
  constructor(id: string) {
    super(`Run "${id}" not found: it was never started or has expired.`);
  }
}

/** An idempotency key was used for two different requests. */
export class IdempotencyKeyReusedError extends Error {
  override readonly name = 'IdempotencyKeyReusedError';
  constructor(key: string) {
    super(
      `The idempotency key "${key}" was used with another request body: use a new key for a new request.`,
    );
  }
}

/** A request that cannot be carried out. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** No alert has this id, or several do. */
export class UnknownAlertError extends Error {
  override readonly name = 'UnknownAlertError';
}
