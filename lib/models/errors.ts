/** Another writer was first: read again, or stop. */
export class ObjectConflictError extends Error {
  override readonly name = 'ObjectConflictError';
  constructor(key: string, options?: ErrorOptions) {
    super(`The object "${key}" was written by somebody else in between`, options);
  }
}

/** Stored bytes that are no state of this shard that this version can read. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}

/** The store holds no configuration that this program can run by. */
export class UnreadableConfigurationError extends Error {
  override readonly name = 'UnreadableConfigurationError';
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(
      `The configuration "${key}" can't be used: ${reason}. Write it with "tidemark config push", or deploy again.`,
      options,
    );
  }
}
