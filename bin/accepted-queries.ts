import { composeHistory } from '../lib/compose/source.ts';
import { ConfigurationError } from '../lib/config/errors.ts';
import { type LoadOptions, loadConfiguration } from '../lib/config/load.ts';
import { SourceQueryError } from '../lib/sources/errors.ts';
import { silentLogger } from '../lib/telemetry/logger.ts';

/** One server is asked for no longer than this. */
const MOST_MILLISECONDS = 10_000;

/**
 * The queries of a configuration that the grammar here does not know and the configured server accepts, as a newer
 * Prometheus may. The server is asked only when there are such queries and nothing else is wrong.
 *
 * @returns an empty set when the server can't be reached.
 */
export async function acceptedQueries(options: LoadOptions): Promise<ReadonlySet<string>> {
  const doubtful = doubtfulQueries(options);
  if (doubtful.size === 0) return doubtful;
  const { configuration } = loadConfiguration({ ...options, acceptedQueries: doubtful });
  const end = performance.now() + MOST_MILLISECONDS;
  const runtime = {
    logger: silentLogger,
    environment: options.environment ?? process.env,
    remainingMilliseconds: () => end - performance.now(),
  };
  const accepted = new Set<string>();
  try {
    const source = await composeHistory(configuration, runtime);
    const now = Math.floor(Date.now() / 1000);
    for (const query of doubtful) {
      const steps = { startSeconds: now, endSeconds: now, stepSeconds: 60 };
      try {
        await source.queryRange({ query, ...steps });
        accepted.add(query);
      } catch (error) {
        if (!(error instanceof SourceQueryError)) throw error;
      }
    }
  } catch {
    // A server that can't be reached accepts nothing: what is wrong is then said in the words of the grammar.
  }
  return accepted;
}

/** @returns an empty set when something else is wrong as well. */
function doubtfulQueries(options: LoadOptions): ReadonlySet<string> {
  try {
    loadConfiguration(options);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const queries = error.problems.map(({ doubtfulQuery }) => doubtfulQuery);
    if (!queries.includes(undefined)) return new Set(queries.flatMap((query) => query ?? []));
  }
  return new Set();
}
