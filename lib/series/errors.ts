/** Columns that should describe the same samples but differ in length. */
export class ColumnLengthError extends Error {
  override readonly name = 'ColumnLengthError';
  constructor(times: number, values: number) {
    super(
      `There are ${times} times but ${values} values. Give one value for each time, NaN where it is missing.`,
    );
  }
}

/** A step that no grid can have. */
export class InvalidStepError extends Error {
  override readonly name = 'InvalidStepError';
  constructor(stepSeconds: number) {
    super(`A step of ${stepSeconds} s is not possible. Give a finite number of seconds above 0.`);
  }
}
