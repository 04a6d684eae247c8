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
