import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { type AlertHistory, noAlertHistory } from '../results/alert-history.ts';
import { InfluxDbAlertHistory } from '../results/influxdb/influxdb-alert-history.ts';
import type { InfluxDbReadOptions } from '../results/influxdb/influxdb-read-options.ts';
import { InfluxDbVerdictHistory } from '../results/influxdb/influxdb-verdict-history.ts';
import { NdjsonAlertHistory } from '../results/ndjson-alert-history.ts';
import { NdjsonVerdictHistory } from '../results/ndjson-verdict-history.ts';
import { S3NdjsonAlertHistory } from '../results/s3-ndjson-alert-history.ts';
import { S3NdjsonVerdictHistory } from '../results/s3-ndjson-verdict-history.ts';
import { noVerdictHistory, type VerdictHistory } from '../results/verdict-history.ts';
import { s3Client } from '../storage/s3-client.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What the result store has recorded. */
export interface ResultHistory {
  readonly alerts: AlertHistory;
  readonly verdicts: VerdictHistory;
}

/** Where recorded alerts and verdicts are looked up. */
export async function composeResultHistory(
  { results }: Configuration,
  { environment }: Pick<RuntimeContext, 'environment'>,
): Promise<ResultHistory> {
  switch (results.kind) {
    case 'influxdb': {
      const secrets = secretReader(environment);
      const options: InfluxDbReadOptions = {
        url: results.url,
        organization: results.org,
        bucket: results.bucket,
        token: await secrets.read(results.token),
        timeoutMilliseconds: results.timeoutSeconds * 1000,
        tls: await readTls(results.tls, secrets),
      };
      return { alerts: new InfluxDbAlertHistory(options), verdicts: new InfluxDbVerdictHistory(options) };
    }
    case 'ndjson': {
      const location = s3Location(results.directory);
      if (location !== undefined) {
        const client = s3Client({ maxAttempts: 3 });
        return {
          alerts: new S3NdjsonAlertHistory(client, location),
          verdicts: new S3NdjsonVerdictHistory(client, location),
        };
      }
      const file = `${results.directory}/verdicts.ndjson`;
      return { alerts: new NdjsonAlertHistory(file), verdicts: new NdjsonVerdictHistory(file) };
    }
    case 'prometheus-remote-write':
    case 'log':
      return { alerts: noAlertHistory(results.kind), verdicts: noVerdictHistory(results.kind) };
  }
}
