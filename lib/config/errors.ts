import type { ConfigurationProblem } from './problem.ts';

/** An invalid configuration, with all its problems. */
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

/** A text that is not a Prometheus duration; `suggestion` is what its writer probably meant. */
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

/** A secret that could not be read. */
export class SecretUnavailableError extends Error {
  override readonly name = 'SecretUnavailableError';
  constructor(what: string, reason: string, options?: ErrorOptions) {
    super(`Could not read ${what}: ${reason}`, options);
  }
}

/** The function was called with an event other than a rule's tick event. */
export class InvalidTickEventError extends Error {
  override readonly name = 'InvalidTickEventError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is not a tick; wrong or missing: ${wrong.join(', ')}. It is ${JSON.stringify(event)?.slice(0, 500)}, ` +
        'and should be such as {"shard":0,"time":"2026-01-31T12:00:00Z"}',
    );
  }
}

/** An AWS call that was refused (`status` and the message of AWS) or got no response (`status` 0). */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  readonly status: number;
  constructor(host: string, status: number, said: string, options?: ErrorOptions) {
    super(status === 0 ? `Could not reach ${host}: ${said}` : `${host} answered ${status}: ${said}`, options);
    this.status = status;
  }
}

/** The function was called with an event other than a step of a retraining. */
export class InvalidRetrainTaskError extends Error {
  override readonly name = 'InvalidRetrainTaskError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is not a step of a retraining; wrong or missing: ${wrong.join(', ')}. ` +
        `It is ${JSON.stringify(event)?.slice(0, 500)}, and should be such as {"task":"fit","id":"...","metric":"cpu_usage"}`,
    );
  }
}

/** The function was called with an event other than a step of an evaluation. */
export class InvalidEvaluateTaskError extends Error {
  override readonly name = 'InvalidEvaluateTaskError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is not a step of an evaluation; wrong or missing: ${wrong.join(', ')}. ` +
        `It is ${JSON.stringify(event)?.slice(0, 500)}, and should be such as {"task":"evaluate","id":"..."}`,
    );
  }
}
