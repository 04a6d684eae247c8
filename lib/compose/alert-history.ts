import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { type AlertHistory, noAlertHistory } from '../results/alert-history.ts';
import { InfluxDbAlertHistory } from '../results/influxdb/influxdb-alert-history.ts';
import { NdjsonAlertHistory } from '../results/ndjson-alert-history.ts';
import { S3NdjsonAlertHistory } from '../results/s3-ndjson-alert-history.ts';
import { s3Client } from '../storage/s3-client.ts';
import { influxDbReading } from './influxdb-reading.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Where recorded alerts are looked up: in the record, never in a copy. */
export async function composeAlertHistory(
  { results }: Configuration,
  { environment }: Pick<RuntimeContext, 'environment'>,
): Promise<AlertHistory> {
  switch (results.kind) {
    case 'influxdb':
      return new InfluxDbAlertHistory(await influxDbReading(results, environment));
    case 'ndjson': {
      const location = s3Location(results.directory);
      return location === undefined
        ? new NdjsonAlertHistory(`${results.directory}/verdicts.ndjson`)
        : new S3NdjsonAlertHistory(s3Client({ maxAttempts: 3 }), location);
    }
    case 'prometheus-remote-write':
    case 'log':
      return noAlertHistory(results.kind);
  }
}
