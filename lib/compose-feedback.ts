import { composeObjects, type Surroundings } from './compose.ts';
import { secretReader } from './config/read-secret.ts';
import type { Configuration } from './config/schema.ts';
import { FeedbackStore } from './models/feedback-store.ts';
import type { AlertHistory } from './results/alert-history.ts';
import { InfluxDbAlertHistory } from './results/influxdb/influxdb-alert-history.ts';
import { NdjsonAlertHistory } from './results/ndjson-alert-history.ts';

/** What people said of alerts. */
export function composeFeedback(configuration: Configuration, surroundings: Surroundings): FeedbackStore {
  return new FeedbackStore(composeObjects(configuration, surroundings));
}

/**
 * The alerts that were told.
 *
 * @throws RangeError when the configuration keeps none.
 */
export async function composeAlertHistory(
  { results }: Configuration,
  { environment }: Surroundings,
): Promise<AlertHistory> {
  switch (results.kind) {
    case 'influxdb':
      return new InfluxDbAlertHistory({
        url: results.url,
        organization: results.org,
        bucket: results.bucket,
        token: await secretReader(environment).read(results.token),
        timeoutMilliseconds: results.timeoutSeconds * 1000,
      });
    case 'ndjson':
      return new NdjsonAlertHistory(`${results.directory}/verdicts.ndjson`);
    case 'log':
      throw new RangeError(
        'results.kind is "log", which keeps no alerts to look up: set it to influxdb or ndjson, then alerts can be judged',
      );
  }
}
