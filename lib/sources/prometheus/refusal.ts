import { SourceQueryError, SourceUnavailableError } from '../errors.ts';

/** What is wrong with the samples at some steps, whatever store they come from: it is so each time. */
const LASTING =
  /many-to-many|duplicate series|multiple matches|same labelset|duplicate time series|must be unique/i;

/**
 * What a server says of a store that it could not reach or that took too long: Prometheus' own type `execution` is all
 * that Thanos, Mimir and Cortex have for it.
 */
const PASSING =
  /\brpc\b|\bstore(?:s|-?gateways?|apis?)?\b|\bingesters?\b|\bquerie(?:r|rs)\b|\bdeadline\b|\bunavailable\b|\bconnection (?:refused|reset)\b|\btimed? ?out\b|\bexpanding series\b|\btoo many unhealthy\b|\bcontext cancell?ed\b|\bunexpected EOF\b|\bno such host\b|\bbroken pipe\b/i;

/** What VictoriaMetrics says of a query that it cannot parse or that is beyond its limits, by the same type as the rest. */
const OF_THE_QUERY =
  /\bunparsed data\b|\bunexpected token\b|\bcannot parse\b|\b(?:unknown|unsupported) (?:func|aggregate)|mustn't exceed/i;

/** Types that blame the query. VictoriaMetrics gives the status of its answer as the type. */
const QUERY_TYPES: ReadonlySet<string | undefined> = new Set(['bad_data', 'not_found', '400']);
/** Types that blame the query with the samples of its steps, or a store behind the server. */
const EXECUTION_TYPES: ReadonlySet<string | undefined> = new Set(['execution', '422']);

/**
 * The error that an answer of Prometheus' API stands for. Types as in Prometheus' web/api/v1, or VictoriaMetrics' own;
 * those that are neither of the query nor of its execution blame the server or its load.
 */
export function refusalOf(errorType: string | undefined, error: string | undefined, query: string): Error {
  const text = `Prometheus refused the query ${query}: ${error ?? 'without a reason'} (${errorType ?? 'unknown type'})`;
  if (QUERY_TYPES.has(errorType)) return new SourceQueryError(text);
  if (!EXECUTION_TYPES.has(errorType) || isPassing(error ?? '')) return new SourceUnavailableError(text);
  const isOfQuery = errorType !== 'execution' && OF_THE_QUERY.test(error ?? '');
  return new SourceQueryError(text, { isOfSteps: !isOfQuery });
}

function isPassing(error: string): boolean {
  if (LASTING.test(error)) return false;
  // Labels and texts of the query say nothing of the fault.
  return PASSING.test(error.replaceAll(/\{[^}]*\}|"[^"]*"/g, ' '));
}
