import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import { s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { FeedbackStore } from '../models/feedback-store.ts';
import { type AlertHistory, noAlertHistory } from '../results/alert-history.ts';
import { InfluxDbAlertHistory } from '../results/influxdb/influxdb-alert-history.ts';
import { NdjsonAlertHistory } from '../results/ndjson-alert-history.ts';
import { S3NdjsonAlertHistory } from '../results/s3-ndjson-alert-history.ts';
import { s3Client } from '../storage/s3-client.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** The store of feedback on alerts. */
export function composeFeedback(configuration: Configuration, runtime: RuntimeContext): FeedbackStore {
  return new FeedbackStore(composeObjects(configuration, runtime));
}

/** Where recorded alerts are looked up. */
export async function composeAlertHistory(
  { results }: Configuration,
  { environment }: RuntimeContext,
): Promise<AlertHistory> {
  switch (results.kind) {
    case 'influxdb': {
      const secrets = secretReader(environment);
      return new InfluxDbAlertHistory({
        url: results.url,
        organization: results.org,
        bucket: results.bucket,
        token: await secrets.read(results.token),
        timeoutMilliseconds: results.timeoutSeconds * 1000,
        tls: await readTls(results.tls, secrets),
      });
    }
    case 'ndjson': {
      const location = s3Location(results.directory);
      if (location !== undefined) return new S3NdjsonAlertHistory(s3Client({ maxAttempts: 3 }), location);
      return new NdjsonAlertHistory(`${results.directory}/verdicts.ndjson`);
    }
    case 'prometheus-remote-write':
    case 'log':
      return noAlertHistory(results.kind);
  }
}
