import { ConfigurationError } from '../../lib/config/errors.ts';
import { formatProblems } from '../../lib/config/format-problems.ts';

/** What went wrong, for a person: never a stack trace unless TIDEMARK_DEBUG asks for one. */
export function explainFailure(error: unknown): string {
  if (error instanceof ConfigurationError) {
    return formatProblems(error, { color: process.stderr.isTTY === true && !process.env.NO_COLOR });
  }
  if (!(error instanceof Error)) return String(error);
  return process.env.TIDEMARK_DEBUG ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}
