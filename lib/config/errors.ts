import type { ConfigurationProblem } from './problem.ts';

/** A configuration that can't be used, with everything that is wrong with it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];
  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(
      ({ file, line, column, message, suggestion }) =>
        `${file}:${line}:${column}: ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
    );
    super(lines.join('\n'));
    this.problems = problems;
  }
}

/** A duration text that is not a Prometheus duration; `suggestion` is what its writer probably meant. */
export class InvalidDurationError extends Error {
  override readonly name = 'InvalidDurationError';
  readonly suggestion: string | undefined;
  constructor(found: string, suggestion: string | undefined) {
    super(
      `"${found}" is not a duration such as 30s, 5m, 1h30m or 14d` +
        (suggestion === undefined ? '' : `; write ${suggestion}`),
    );
    this.suggestion = suggestion;
  }
}

/** A text that is not a five-field cron expression. */
export class InvalidCronError extends Error {
  override readonly name = 'InvalidCronError';
}

/** A secret that its reference names and that can't be read. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`Could not read ${what}: ${reason}`, options);
  }
}
