/** Fields of a log message; values must survive JSON. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where structured log entries go. Errors belong under the key `error`. */
export interface Logger {
  /** What helps to find a fault. */
  debug(message: string, fields?: LogFields): void;
  /** What happened, as expected. */
  info(message: string, fields?: LogFields): void;
  /** What went wrong and was dealt with. */
  warn(message: string, fields?: LogFields): void;
  /** What went wrong and needs a person. */
  error(message: string, fields?: LogFields): void;
}

/** A logger that discards everything, for callers that show events in their own way. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
