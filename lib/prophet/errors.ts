/** What augurs handed to the optimizer is not what this version of Tidemark was written for. */
export class UnexpectedProphetDataError extends Error {
  override readonly name = 'UnexpectedProphetDataError';
  constructor(found: string) {
    super(
      `augurs handed over data that the exact solver does not know: ${found}. ` +
        'Install the version of @bsull/augurs that package.json names.',
    );
  }
}

/** Bytes or a record that are not a model this version can read. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly reason: 'not-a-model' | 'unknown-version' | 'checksum' | 'truncated' | 'too-large';
  constructor(reason: ModelFileError['reason'], detail: string) {
    super(`The model cannot be read: ${detail}`);
    this.reason = reason;
  }
}

/** A forecast was asked for without an input that the model was trained with. */
export class MissingForecastInputError extends Error {
  override readonly name = 'MissingForecastInputError';
  constructor(kind: 'condition' | 'regressor' | 'capacity', inputName: string) {
    super(
      `The model was trained with the ${kind} "${inputName}", but the forecast was asked for without it. ` +
        'Pass one value for each time that is forecast.',
    );
  }
}

/** A country, region or time zone that is not known. */
export class UnknownPlaceError extends Error {
  override readonly name = 'UnknownPlaceError';
  constructor(kind: 'country' | 'time zone', place: string, example: string) {
    super(`The ${kind} "${place}" is not known. Name one such as ${example}.`);
  }
}
