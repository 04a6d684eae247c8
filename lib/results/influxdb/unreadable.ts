import { HttpError } from '@influxdata/influxdb-client';
import { ResultsUnavailableError } from '../errors.ts';

/** What a query to InfluxDB failed with, and how to mend it. */
export function unreadable(error: unknown, where: string): ResultsUnavailableError {
  const reason = error instanceof Error ? error.message || error.name : String(error);
  const isForbidden = error instanceof HttpError && [401, 403, 404].includes(error.statusCode);
  const advice = isForbidden
    ? 'the token in results.token must be allowed to read the bucket'
    : 'check that it runs and that results.url is correct';
  return new ResultsUnavailableError(`${where} can't be read: ${reason}; ${advice}`, { cause: error });
}
