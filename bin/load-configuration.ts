import { type LoadedConfiguration, loadConfiguration } from '../lib/config/load.ts';
import type { ConfigurationProblem } from '../lib/config/problem.ts';
import type { Configuration } from '../lib/config/schema.ts';
import { acceptedQueries } from './accepted-queries.ts';

/** Warnings that this process has written: a command may read its configuration more than once. */
const written = new Set<string>();

/**
 * Loads the configuration of a command. A query that the grammar here does not know is a warning on stderr where the
 * configured server accepts it.
 *
 * @throws ConfigurationError with every problem.
 */
export async function loadForCommand(
  file: string,
  profile?: string,
  writeError: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<Configuration> {
  const options = { file, environment: process.env, profile };
  const loaded = loadConfiguration({ ...options, acceptedQueries: await acceptedQueries(options) });
  for (const line of queryWarnings(loaded)) {
    if (!written.has(line)) writeError(line);
    written.add(line);
  }
  return loaded.configuration;
}

/** A line for each query that only the server knows. */
export function queryWarnings({ warnings }: Pick<LoadedConfiguration, 'warnings'>): string[] {
  return warnings.map(
    ({ file, line, column, message }: ConfigurationProblem) =>
      `warning: ${file}:${line}:${column}: ${message}; the server accepts the query, which is sent as it is\n`,
  );
}
