/** Stored data that is not a state of the detector that was asked to continue it. */
export class InvalidDetectorStateError extends Error {
  override readonly name = 'InvalidDetectorStateError';
  constructor(detector: string, found: string) {
    super(
      `This is not a state of the detector "${detector}": ${found}. ` +
        'Start the series anew, or configure the detector that wrote it.',
    );
  }
}
