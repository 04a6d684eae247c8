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
