import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { InfluxDbVerdictHistory } from '../results/influxdb/influxdb-verdict-history.ts';
import { NdjsonVerdictHistory } from '../results/ndjson-verdict-history.ts';
import { S3NdjsonVerdictHistory } from '../results/s3-ndjson-verdict-history.ts';
import { noVerdictHistory, type VerdictHistory } from '../results/verdict-history.ts';
import { s3Client } from '../storage/s3-client.ts';
import { influxDbReading } from './influxdb-reading.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Where recorded verdicts are looked up. A file of its own, so that the API's bundle does not read Parquet. */
export async function composeVerdictHistory(
  { results }: Configuration,
  { environment }: Pick<RuntimeContext, 'environment'>,
): Promise<VerdictHistory> {
  switch (results.kind) {
    case 'influxdb':
      return new InfluxDbVerdictHistory(await influxDbReading(results, environment));
    case 'ndjson': {
      const location = s3Location(results.directory);
      return location === undefined
        ? new NdjsonVerdictHistory(`${results.directory}/verdicts.ndjson`)
        : new S3NdjsonVerdictHistory(s3Client({ maxAttempts: 3 }), location);
    }
    case 'prometheus-remote-write':
    case 'log':
      return noVerdictHistory(results.kind);
  }
}
