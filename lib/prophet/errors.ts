/** The data that augurs passed to the optimizer has an unexpected form. */
export class UnexpectedProphetDataError extends Error {
  override readonly name = 'UnexpectedProphetDataError';
  constructor(found: string) {
    super(
      `augurs passed data that the exact solver does not support: ${found}. ` +
        'Install the version of @bsull/augurs that package.json names.',
    );
  }
}

/** Bytes or a record that are not a model of a known version. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly reason: 'not-a-model' | 'unknown-version' | 'checksum' | 'truncated' | 'too-large';
  constructor(reason: ModelFileError['reason'], detail: string) {
    super(`The model cannot be read: ${detail}`);
    this.reason = reason;
  }
}

/** A forecast lacks an input that the model was trained with. */
export class MissingForecastInputError extends Error {
  override readonly name = 'MissingForecastInputError';
  constructor(kind: 'condition' | 'regressor' | 'capacity', inputName: string) {
    super(
      `The model was trained with the ${kind} "${inputName}", but the forecast lacks it. ` +
        'Pass one value for each forecast time.',
    );
  }
}

/** An unknown country, region or time zone. */
export class UnknownPlaceError extends Error {
  override readonly name = 'UnknownPlaceError';
  constructor(kind: 'country' | 'time zone', place: string, example: string) {
    super(`The ${kind} "${place}" is not known. Name one such as ${example}.`);
  }
}
