/** The stored configuration cannot be read by this program. */
export class UnreadableConfigurationError extends Error {
  override readonly name = 'UnreadableConfigurationError';
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(
      `Could not use the configuration "${key}": ${reason}. Write it with "tidemark config push", or deploy again.`,
      options,
    );
  }
}

/** Stored bytes that are not models of a known version. */
export class UnreadableModelSetError extends Error {
  override readonly name = 'UnreadableModelSetError';
  readonly reason: 'not-a-model-set' | 'unknown-version' | 'truncated' | 'checksum' | 'too-large';
  constructor(reason: UnreadableModelSetError['reason'], detail: string, options?: ErrorOptions) {
    super(`Could not read the models: ${detail}`, options);
    this.reason = reason;
  }
}

/** The champion changed since a candidate was compared with it. */
export class ChampionChangedError extends Error {
  override readonly name = 'ChampionChangedError';
  constructor(metric: string, expected: string | undefined, found: string | undefined) {
    super(
      `The champion of "${metric}" is ${found ?? 'none'}, not ${expected ?? 'none'} as when the training began: ` +
        'another training or a rollback changed it. Train again to compare with the new one.',
    );
  }
}

/** A version that a metric cannot be rolled back to. */
export class UnknownModelVersionError extends Error {
  override readonly name = 'NoSuchModelVersionError';
}

/** Stored feedback that this version cannot read. It is not overwritten, so that nothing is lost. */
export class UnreadableFeedbackError extends Error {
  override readonly name = 'UnreadableFeedbackError';
  constructor(key: string) {
    super(
      `Could not read the feedback in the object "${key}". Repair its JSON, or move it away to start without feedback.`,
    );
  }
}
