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

/**
 * The error that an answer of Prometheus' API stands for. Types as in Prometheus' web/api/v1: `bad_data` and
 * `not_found` blame the query, `execution` the query with the samples of its steps or a store behind the server, the
 * rest the server or its load.
 */
export function refusalOf(errorType: string | undefined, error: string | undefined, query: string): Error {
  const text = `Prometheus refused the query ${query}: ${error ?? 'without a reason'} (${errorType ?? 'unknown type'})`;
  if (errorType === 'bad_data' || errorType === 'not_found') return new SourceQueryError(text);
  if (errorType !== 'execution' || isPassing(error ?? '')) return new SourceUnavailableError(text);
  return new SourceQueryError(text, { isOfSteps: true });
}

function isPassing(error: string): boolean {
  if (LASTING.test(error)) return false;
  // Labels and texts of the query say nothing of the fault.
  return PASSING.test(error.replaceAll(/\{[^}]*\}|"[^"]*"/g, ' '));
}
