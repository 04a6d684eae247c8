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

/** Stored bytes that are no models that this version can read. */
export class UnreadableModelSetError extends Error {
  override readonly name = 'UnreadableModelSetError';
  readonly reason: 'not-a-model-set' | 'unknown-version' | 'truncated' | 'checksum' | 'too-large';
  constructor(reason: UnreadableModelSetError['reason'], detail: string, options?: ErrorOptions) {
    super(`The models can't be read: ${detail}`, options);
    this.reason = reason;
  }
}

/** The champion is no longer the one that a candidate was held against. */
export class ChampionChangedError extends Error {
  override readonly name = 'ChampionChangedError';
  constructor(metric: string, expected: string | undefined, found: string | undefined) {
    super(
      `The champion of "${metric}" is ${found ?? 'none'}, not ${expected ?? 'none'} as when the training began: ` +
        'another training or a rollback was faster. Train again to be judged against it.',
    );
  }
}

/** A version that a metric can't be put back to. */
export class UnknownModelVersionError extends Error {
  override readonly name = 'NoSuchModelVersionError';
}

/** Stored feedback that this version can't read. It is not overwritten: it is what people said. */
export class UnreadableFeedbackError extends Error {
  override readonly name = 'UnreadableFeedbackError';
  constructor(key: string) {
    super(`The feedback in the object "${key}" can't be read. Mend its JSON, or move it away to begin anew.`);
  }
}
