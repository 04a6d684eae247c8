/** Another writer was first: read again, or stop. */
export class ObjectConflictError extends Error {
  override readonly name = 'ObjectConflictError';
  constructor(key: string, options?: ErrorOptions) {
    super(`Another writer changed the object "${key}" in the meantime`, options);
  }
}

/** The store did not answer before the time ran out. */
export class ObjectStoreOutOfTimeError extends Error {
  override readonly name = 'ObjectStoreOutOfTimeError';
  constructor(store: string, options?: ErrorOptions) {
    super(`${store} did not answer before the invocation's time ran out; the next one tries again`, options);
  }
}

/** An invalid object key. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';
  constructor(key: string, reason: string) {
    super(`The key ${JSON.stringify(key)} is invalid: ${reason}. Write it as "folder/name".`);
  }
}

/** The lock of an object stayed taken for too long. */
export class ObjectLockedError extends Error {
  override readonly name = 'ObjectLockedError';
  constructor(key: string, lock: string, pid: number, options?: ErrorOptions) {
    super(
      `The object "${key}" is locked by process ${pid}: end that process if it hangs, or remove ${lock} if it ran on another host and no longer exists (it is taken over after two minutes)`,
      options,
    );
  }
}

/** Neither the configuration nor the deployment names the bucket of models and states. */
export class MissingBucketError extends Error {
  override readonly name = 'MissingBucketError';
  constructor() {
    super('models.bucket is not set: name the bucket of the deployment');
  }
}

/** A file that the system does not allow to write. */
export class UnwritableObjectError extends Error {
  override readonly name = 'UnwritableObjectError';
  constructor(path: string, advice: string, options?: ErrorOptions) {
    super(`Could not write ${path}: ${advice}`, options);
  }
}
