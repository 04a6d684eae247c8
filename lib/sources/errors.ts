/** The source understood and refused: the query or its limits must be mended. */
export class SourceQueryError extends Error {
  override readonly name = 'SourceQueryError';
  /**
   * Whether the steps are at fault and not the query as such: part of the range may be answered by itself, such as what
   * lies outside of a few steps at which a join has two partners.
   */
  readonly isOfSteps: boolean;
  constructor(message: string, options?: ErrorOptions & { isOfSteps?: boolean | undefined }) {
    super(message, options);
    this.isOfSteps = options?.isOfSteps ?? false;
  }
}

/** The source can't be reached, or fails: the same query may succeed later. */
export class SourceUnavailableError extends Error {
  override readonly name: string = 'SourceUnavailableError';
  /** How long the source asked to be left alone. */
  readonly retryAfterMilliseconds: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterMilliseconds?: number | undefined }) {
    super(message, options);
    this.retryAfterMilliseconds = options?.retryAfterMilliseconds;
  }
}

/** The source took the query and did not answer it in time: the query may be slow, and the source be well. */
export class SourceTimeoutError extends SourceUnavailableError {
  override readonly name = 'SourceTimeoutError';
}
