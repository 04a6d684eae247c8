import { ConfigurationError } from '../../lib/config/errors.ts';
import { formatProblems } from '../../lib/config/format-problems.ts';

/** The message of an error. TIDEMARK_DEBUG adds its class name and stack trace. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigurationError) {
    return formatProblems(error, { color: process.stderr.isTTY === true && !process.env.NO_COLOR });
  }
  if (!(error instanceof Error)) return String(error);
  if (process.env.TIDEMARK_DEBUG) return error.stack ?? `${error.name}: ${error.message}`;
  return error.message || error.name;
}
