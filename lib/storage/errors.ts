/** Another writer was first: read again, or stop. */
export class ObjectConflictError extends Error {
  override readonly name = 'ObjectConflictError';
  constructor(key: string, options?: ErrorOptions) {
    super(`The object "${key}" was written by somebody else in between`, options);
  }
}

/** The store did not answer for as long as there was time to wait for it. */
export class ObjectStoreOutOfTimeError extends Error {
  override readonly name = 'ObjectStoreOutOfTimeError';
  constructor(store: string, options?: ErrorOptions) {
    super(`${store} did not answer before the invocation's time was over; the next one tries again`, options);
  }
}

/** A key that no object can have. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';
  constructor(key: string, reason: string) {
    super(`The key ${JSON.stringify(key)} can't be used: ${reason}. Write it as "folder/name".`);
  }
}

/** The lock of an object was not to be had in time. */
export class ObjectLockedError extends Error {
  override readonly name = 'ObjectLockedError';
  constructor(key: string, lock: string, pid: number, options?: ErrorOptions) {
    super(
      `The object "${key}" is locked by process ${pid}: end that process if it hangs, or remove ${lock} if it ran on another host and is gone (it is taken over after two minutes)`,
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

/** A file that the system does not let be written. */
export class UnwritableObjectError extends Error {
  override readonly name = 'UnwritableObjectError';
  constructor(path: string, advice: string, options?: ErrorOptions) {
    super(`Could not write ${path}: ${advice}`, options);
  }
}
