/** One place that was looked at for a service and why it was not there. */
export interface Attempt {
  readonly where: string;
  readonly reason: string;
}

/** A service (or one of its tools) is unavailable on this machine: says what was tried and how to mend it. */
export class ServiceUnavailableError extends Error {
  readonly service: string;
  readonly attempts: readonly Attempt[];
  readonly mend: string;

  constructor(service: string, attempts: readonly Attempt[], mend: string) {
    const tried = attempts.map(({ where, reason }) => `  - ${where}: ${reason}`).join('\n');
    super(`${service} is unavailable on this machine. Tried:\n${tried}\nTo mend it: ${mend}`);
    this.name = 'ServiceUnavailableError';
    this.service = service;
    this.attempts = attempts;
    this.mend = mend;
  }
}

/** A service was found and launched but did not become healthy; carries the end of its log. */
export class ServiceStartError extends Error {
  readonly service: string;
  readonly log: string;

  constructor(service: string, reason: string, log: string) {
    const tail = log.trim().split('\n').slice(-15).join('\n');
    super(
      `${service} did not start: ${reason}.${tail ? ` The end of its log:\n${tail}` : ' Its log is empty.'}`,
    );
    this.name = 'ServiceStartError';
    this.service = service;
    this.log = log;
  }
}

/** A tool (apt-get, pip, go, promtool, ...) ended with an error; carries the end of what it printed. */
export class ToolFailedError extends Error {
  readonly output: string;

  constructor(command: string, reason: string, output: string) {
    const tail = output.trim().split('\n').slice(-15).join('\n');
    super(`\`${command}\` failed: ${reason}.${tail ? ` Its last lines:\n${tail}` : ''}`);
    this.name = 'ToolFailedError';
    this.output = output;
  }
}

/** An address was given in the environment that is not usable as it stands. */
export class AddressError extends Error {
  constructor(variable: string, value: string, reason: string) {
    super(
      `${variable}=${value}: ${reason}. Correct the address, or unset ${variable} to let one be started here.`,
    );
    this.name = 'AddressError';
  }
}
