import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { alertText } from '../../lib/alerts/alert-text.ts';
import { EventBridgeAlertChannel } from '../../lib/alerts/eventbridge-alert-channel.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { sampleAlert, sampleContext } from '../alerts/sample-alert.ts';
import { deployLocally } from '../services/local-deployment.ts';
import { silentProgress } from '../services/progress.ts';
import { cannotHave, useService } from '../services/shared.ts';
import { DeployedStack } from './deployed-stack.ts';
import { Subscription } from './subscription.ts';

describe.skipIf(await cannotHave('cloud', 'prometheus', 'influxdb'))('the deployed alert bus', () => {
  it('forwards opened, updated and resolved incidents as readable text to who subscribed the topic', async () => {
    const services = {
      cloud: await useService('cloud'),
      prometheus: await useService('prometheus'),
      influxdb: await useService('influxdb'),
    };
    const deployment = await deployLocally(services, { progress: silentProgress });
    const stack = new DeployedStack(deployment, services.cloud, services.influxdb);
    const subscription = await Subscription.of(stack.output('TopicArn'), stack.client);

    const bus = stack.output('BusName');
    expect(bus).toBe('tidemark');
    const channel = new EventBridgeAlertChannel({
      client: new EventBridgeClient({ ...stack.client, maxAttempts: 1 }),
      bus,
      context: sampleContext,
      retries: { attempts: 3, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 1000 },
      environment: realRetryEnvironment(() => Infinity),
    });
    const onsetSeconds = Math.floor(Date.now() / 1000) - 600;
    const notification = { onsetSeconds, labels: { instance: 'a "quoted" host' } };
    const alerts = [
      sampleAlert(notification),
      sampleAlert({ ...notification, kind: 'escalation', timeSeconds: onsetSeconds + 60 }),
      sampleAlert({ ...notification, kind: 'resolved', timeSeconds: onsetSeconds + 500 }),
    ];
    await channel.publish(alerts);

    const expected = new Set(alerts.map((alert) => alertText(alert, sampleContext)));
    await expect.poll(() => subscription.texts()).toEqual(expected);
  });
});
