/** Columns that should describe the same samples but differ in length. */
export class ColumnLengthError extends Error {
  override readonly name = 'ColumnLengthError';
  constructor(times: number, values: number) {
    super(
      `There are ${times} times but ${values} values. Give one value for each time, NaN where it is missing.`,
    );
  }
}

/** An invalid step of a grid. */
export class InvalidStepError extends Error {
  override readonly name = 'InvalidStepError';
  constructor(stepSeconds: number) {
    super(`A step of ${stepSeconds} s is invalid. Give a finite number of seconds above 0.`);
  }
}
