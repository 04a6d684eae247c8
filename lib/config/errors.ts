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

/** What a function was called with is not what a rule sends. */
export class InvalidTickEventError extends Error {
  override readonly name = 'InvalidTickEventError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is no tick; wrong or missing: ${wrong.join(', ')}. It is ${JSON.stringify(event)?.slice(0, 500)}, ` +
        'and should be such as {"shard":0,"time":"2026-01-31T12:00:00Z"}',
    );
  }
}

/** A call of an AWS service that was refused (`status` and AWS' own words) or got no answer (`status` 0). */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  readonly status: number;
  constructor(host: string, status: number, said: string, options?: ErrorOptions) {
    super(
      status === 0 ? `${host} can't be reached: ${said}` : `${host} answered ${status}: ${said}`,
      options,
    );
    this.status = status;
  }
}

/** What a function was called with is no step of a retraining. */
export class InvalidRetrainTaskError extends Error {
  override readonly name = 'InvalidRetrainTaskError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is no step of a retraining; wrong or missing: ${wrong.join(', ')}. ` +
        `It is ${JSON.stringify(event)?.slice(0, 500)}, and should be such as {"task":"fit","id":"...","metric":"cpu_usage"}`,
    );
  }
}

/** What a function was called with is no step of an evaluation. */
export class InvalidEvaluateTaskError extends Error {
  override readonly name = 'InvalidEvaluateTaskError';
  constructor(event: unknown, wrong: readonly string[]) {
    super(
      `The event is no step of an evaluation; wrong or missing: ${wrong.join(', ')}. ` +
        `It is ${JSON.stringify(event)?.slice(0, 500)}, and should be such as {"task":"evaluate","id":"..."}`,
    );
  }
}
