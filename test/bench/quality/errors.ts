/** A corpus folder or file that is missing or malformed. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
  /**
   * @param where the path, with the line after a colon where there is one.
   * @param what what is wrong there.
   * @param remedy what to do about it.
   */
  constructor(where: string, what: string, remedy: string) {
    super(`${where}: ${what}. ${remedy}`);
  }
}

/** What went wrong on a worker thread; an error's class does not survive the way to another thread, its name does. */
export interface Fault {
  readonly name: string;
  readonly message: string;
}

/** The error as it can be sent between threads. */
export function faultOf(error: unknown): Fault {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

/** A series that could not be measured; its name is that of the error that the worker met. */
export class SeriesError extends Error {
  override readonly name: string;
  constructor(series: string, fault: Fault) {
    super(fault.name === 'CorpusError' ? fault.message : `${series}: ${fault.message}`);
    this.name = fault.name;
  }
}
