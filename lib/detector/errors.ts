/** Stored data that is not a state of the detector that should continue it. */
export class InvalidDetectorStateError extends Error {
  override readonly name = 'InvalidDetectorStateError';
  constructor(detector: string, found: string) {
    super(
      `This is not a state of the detector "${detector}": ${found}. ` +
        'Restart the series, or configure the detector that wrote it.',
    );
  }
}

/** No detector has this name. */
export class UnknownDetectorError extends Error {
  override readonly name = 'UnknownDetectorError';
  constructor(found: string, known: readonly string[]) {
    super(`No detector is named "${found}"; there are ${known.join(', ')}`);
  }
}
