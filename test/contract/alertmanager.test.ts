import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  AlertmanagerAlertChannel,
  type AlertmanagerOptions,
} from '../../lib/alerts/alertmanager-alert-channel.ts';
import { AlertmanagerNoticeChannel } from '../../lib/alerts/alertmanager-notice-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import type { Notice } from '../../lib/alerts/notice-channel.ts';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { sampleAlert, sampleContext } from '../alerts/sample-alert.ts';
import { cannotHave, useService } from '../services/shared.ts';
import { startServer } from '../services/start-server.ts';

const alertsSchema = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.string(),
    endsAt: z.string(),
    generatorURL: z.string(),
  }),
);

const namesSchema = z.array(z.object({ labels: z.object({ alertname: z.string() }) }));

const now = () => Math.floor(Date.now() / 1000);
const RESEND_SECONDS = 60;

function optionsTo(url: string, options: Partial<AlertmanagerOptions> = {}): AlertmanagerOptions {
  return {
    url,
    transport: new HttpTransport(),
    timeoutMilliseconds: 5000,
    resendSeconds: RESEND_SECONDS,
    tickSeconds: 60,
    labels: { team: 'infra' },
    context: sampleContext,
    retries: { attempts: 2, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    environment: realRetryEnvironment(() => Infinity),
    nowSeconds: () => Date.now() / 1000,
    ...options,
  };
}

const channelTo = (url: string, options: Partial<AlertmanagerOptions> = {}) =>
  new AlertmanagerAlertChannel(optionsTo(url, options));

async function firing(url: string, instance: string) {
  const filter = encodeURIComponent(`instance="${instance}"`);
  return alertsSchema.parse(await (await fetch(`${url}/api/v2/alerts?active=true&filter=${filter}`)).json());
}

describe.skipIf(await cannotHave('alertmanager'))('a silent metric at a real Alertmanager', () => {
  it('fires until it is scored again', async () => {
    const { url } = await useService('alertmanager');
    const { context: _, ...options } = optionsTo(url);
    const channel = new AlertmanagerNoticeChannel({ ...options, installation: 'production' });
    const metric = `metric-${randomUUID()}`;
    const notice = (kind: Notice['kind']): Notice => ({
      id: `${kind} ${metric}`,
      kind,
      metric,
      timeSeconds: now(),
      text: 'The query returns no series.',
      facts: {},
    });
    const filter = encodeURIComponent(`metric="${metric}"`);
    const names = async () => {
      const response = await fetch(`${url}/api/v2/alerts?active=true&filter=${filter}`);
      return namesSchema.parse(await response.json()).map(({ labels }) => labels.alertname);
    };
    await channel.refresh([notice('metricSilent')]);
    expect(await names()).toEqual(['TidemarkMetricSilent']);
    await channel.announce([notice('metricRecovered')]);
    await expect.poll(names).toEqual([]);
  });
});

describe.skipIf(await cannotHave('alertmanager'))('alerts at a real Alertmanager', () => {
  it('are shown with their labels, words and link while they are open, and gone when they are over', async () => {
    const { url } = await useService('alertmanager');
    const channel = channelTo(url);
    const instance = randomUUID();
    const notification = { labels: { instance, severity: 'of the series' }, onsetSeconds: now() - 120 };
    const onset = sampleAlert(notification);
    await channel.publish([onset]);
    const [alert, ...others] = await firing(url, instance);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      labels: {
        alertname: 'TidemarkAnomaly',
        metric: 'cpu_usage',
        severity: 'warning',
        exported_severity: 'of the series',
        team: 'infra',
        environment: 'production',
        instance,
      },
      annotations: {
        summary: `cpu_usage is anomalous (instance=${instance}, severity=of the series)`,
        description: onset.event.explanation,
        incident: onset.incidentId,
      },
      generatorURL: 'http://grafana/d/tidemark?var-metric=cpu_usage',
    });
    expect(Date.parse(alert!.startsAt) / 1000).toBe(notification.onsetSeconds);

    await channel.publish([sampleAlert({ ...notification, kind: 'escalation', timeSeconds: now() - 60 })]);
    const [worse, ...more] = await firing(url, instance);
    expect(more).toEqual([]);
    expect(worse!.annotations.summary).toContain('getting worse');

    await channel.publish([sampleAlert({ ...notification, kind: 'resolved', timeSeconds: now() })]);
    await expect.poll(() => firing(url, instance)).toEqual([]);
  });

  it('are sent again with every resend interval, not before, so that they stay', async () => {
    const { url } = await useService('alertmanager');
    let time = now();
    const channel = channelTo(url, { nowSeconds: () => time });
    const instance = randomUUID();
    const alert = sampleAlert({ labels: { instance }, onsetSeconds: time });
    const endsIn = async () => Date.parse((await firing(url, instance))[0]!.endsAt) / 1000;
    await channel.publish([alert]);
    const first = await endsIn();
    expect(first).toBe(time + 4 * RESEND_SECONDS);
    time += RESEND_SECONDS - 1;
    await channel.refresh([alert]);
    expect(await endsIn()).toBe(first);
    time += 1;
    await channel.refresh([alert]);
    expect(await endsIn()).toBe(first + RESEND_SECONDS);
  });

  it('outlast a slow schedule', async () => {
    const { url } = await useService('alertmanager');
    const time = now();
    const instance = randomUUID();
    const channel = channelTo(url, { nowSeconds: () => time, tickSeconds: 900 });
    await channel.refresh([sampleAlert({ labels: { instance }, onsetSeconds: time })]);
    expect(Date.parse((await firing(url, instance))[0]!.endsAt) / 1000).toBe(time + 4 * 900);
  });

  it('come back after Alertmanager lost them or was away', async () => {
    await using server = await startServer('alertmanager');
    const { url } = server.address;
    const instance = randomUUID();
    const alert = sampleAlert({ labels: { instance }, onsetSeconds: now() });
    const channel = channelTo(url, { resendSeconds: 0 });
    await channel.publish([alert]);
    await server.kill();
    await expect(channel.refresh([alert])).rejects.toThrow(AlertDeliveryError);
    await expect(channel.publish([alert])).rejects.toThrow(/can't be reached/);
    await server.start();
    expect(await firing(url, instance)).toEqual([]);
    await channel.refresh([alert]);
    expect(await firing(url, instance)).toHaveLength(1);
  });

  it('are sent once as over when they began and ended within one call', async () => {
    const { url } = await useService('alertmanager');
    const instance = randomUUID();
    const notification = { labels: { instance }, onsetSeconds: now() - 600 };
    await channelTo(url).publish([
      sampleAlert(notification),
      sampleAlert({ ...notification, kind: 'resolved', timeSeconds: now() - 60 }),
    ]);
    expect(await firing(url, instance)).toEqual([]);
  });
});

/** A server in the place of Alertmanager that answers as it is set to, which the real one can't be made to. */
async function fallback(statuses: readonly number[]) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const status = statuses[seen.length] ?? 200;
    seen.push(request.headers.authorization);
    request.resume().on('end', () => response.writeHead(status).end('said so'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: close };
}

describe('an Alertmanager that has trouble', () => {
  it('is tried again after 503, with the credentials', async () => {
    await using server = await fallback([503]);
    await channelTo(server.url, {
      authorization: async ({ headers }) => ({ ...headers, authorization: 'Bearer t' }),
    }).publish([sampleAlert()]);
    expect(server.seen).toEqual(['Bearer t', 'Bearer t']);
  });

  it('is not tried again when it refuses, and the fault says what to mend', async () => {
    await using server = await fallback([401]);
    await expect(channelTo(server.url).publish([sampleAlert()])).rejects.toThrow(
      `Alertmanager at ${server.url} answered 401: said so; check alerts.alertmanager.auth`,
    );
    expect(server.seen).toHaveLength(1);
  });
});
