/** The source understood and refused: the query or its limits must be mended. */
export class SourceQueryError extends Error {
  override readonly name = 'SourceQueryError';
}

/** The source can't be reached, or fails: the same query may succeed later. */
export class SourceUnavailableError extends Error {
  override readonly name = 'SourceUnavailableError';
  /** How long the source asked to be left alone. */
  readonly retryAfterMilliseconds: number | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfterMilliseconds?: number | undefined }) {
    super(message, options);
    this.retryAfterMilliseconds = options?.retryAfterMilliseconds;
  }
}
