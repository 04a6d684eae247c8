import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { AlertChannel } from '../../lib/alerts/alert-channel.ts';
import { AlertmanagerAlertChannel } from '../../lib/alerts/alertmanager-alert-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import { EventBridgeAlertChannel } from '../../lib/alerts/eventbridge-alert-channel.ts';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { answering } from '../contract/http-answers.ts';
import { sampleAlert, sampleContext } from './sample-alert.ts';

const TIMEOUT_MILLISECONDS = 600_000;
const LEFT_MILLISECONDS = 200;
const retries = { attempts: 3, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 };

/** What an invocation has that ends soon. */
function endingSoon() {
  const end = performance.now() + LEFT_MILLISECONDS;
  return realRetryEnvironment(() => end - performance.now());
}

const channels: Record<string, (url: string) => AlertChannel> = {
  alertmanager: (url) =>
    new AlertmanagerAlertChannel({
      url,
      transport: new HttpTransport(),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      resendSeconds: 60,
      tickSeconds: 60,
      labels: {},
      context: sampleContext,
      retries,
      environment: endingSoon(),
      nowSeconds: () => Date.now() / 1000,
    }),
  eventbridge: (endpoint) =>
    new EventBridgeAlertChannel({
      client: new EventBridgeClient({
        endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
      bus: 'tidemark',
      context: sampleContext,
      retries,
      environment: endingSoon(),
    }),
};

describe.each(Object.keys(channels))('a receiver that never answers, called by %s', (name) => {
  it('is given up when the time of the invocation is over, so that the tick can still end by itself', async () => {
    await using receiver = await answering([{ hangs: true }]);
    const alert = sampleAlert({});
    const error = await channels[name]!(receiver.url)
      .publish([alert])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AlertDeliveryError);
    expect(error).toMatchObject({ undelivered: [alert] });
  });
});
