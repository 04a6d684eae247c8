import { describe, expect, it } from 'vitest';
import {
  AlertmanagerAlertChannel,
  type AlertmanagerOptions,
} from '../../lib/alerts/alertmanager-alert-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import type { HttpAnswer, PostRequest } from '../../lib/connections/http-transport.ts';
import { ONSET_SECONDS, sampleAlert, sampleContext } from './sample-alert.ts';

const NOW_SECONDS = ONSET_SECONDS + 600;
const RESEND_SECONDS = 60;
const ATTEMPTS = 3;

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** The channel in front of an Alertmanager with scripted answers; 200 once the answers are used up. */
function channelTo(answers: readonly (number | Error)[] = [], options: Partial<AlertmanagerOptions> = {}) {
  const requests: PostRequest[] = [];
  const pauses: number[] = [];
  let nowSeconds = NOW_SECONDS;
  const channel = new AlertmanagerAlertChannel({
    url: 'http://alertmanager:9093/base',
    transport: {
      post: async (request): Promise<HttpAnswer> => {
        requests.push(request);
        const answer = answers[requests.length - 1] ?? 200;
        if (answer instanceof Error) throw answer;
        const body = (async function* () {
          yield Buffer.from('said ');
          yield Buffer.from('so\n');
        })();
        return { status: answer, statusText: '', header: () => undefined, body };
      },
    },
    timeoutMilliseconds: 5000,
    resendSeconds: RESEND_SECONDS,
    tickSeconds: 60,
    labels: { team: 'infra' },
    context: sampleContext,
    retries: { attempts: ATTEMPTS, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 150 },
    environment: {
      remainingMilliseconds: () => Infinity,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        pauses.push(milliseconds);
      },
    },
    nowSeconds: () => nowSeconds,
    ...options,
  });
  return {
    channel,
    requests,
    pauses,
    posted: (index = 0): PostedAlert[] => JSON.parse(String(requests[index]?.body ?? '[]')),
    pass: (seconds: number) => {
      nowSeconds += seconds;
    },
  };
}

const secondsOf = (time = '') => Date.parse(time) / 1000;

describe('an alert for Alertmanager', () => {
  it('is posted with its labels, words, link and beginning, and an end some intervals ahead', async () => {
    const { channel, requests, posted } = channelTo();
    const alert = sampleAlert();
    await channel.publish([alert]);
    expect(requests.map(({ url }) => String(url))).toEqual(['http://alertmanager:9093/base/api/v2/alerts']);
    expect(requests[0]?.headers).toEqual({ 'content-type': 'application/json' });
    expect(posted()).toEqual([
      {
        labels: {
          alertname: 'TidemarkAnomaly',
          metric: 'cpu_usage',
          severity: 'warning',
          environment: 'production',
          team: 'infra',
          instance: 'a:9100',
          mode: 'user',
        },
        annotations: {
          summary: 'cpu_usage is anomalous (instance=a:9100, mode=user)',
          description: alert.event.explanation,
          incident: alert.incidentId,
        },
        startsAt: new Date(ONSET_SECONDS * 1000).toISOString().replace('.000', ''),
        endsAt: new Date((NOW_SECONDS + 4 * RESEND_SECONDS) * 1000).toISOString().replace('.000', ''),
        generatorURL: 'http://grafana/d/tidemark?var-metric=cpu_usage',
      },
    ]);
  });

  it('has no link where there is no Grafana', async () => {
    const context = { ...sampleContext, linkTo: () => undefined };
    const { channel, posted } = channelTo([], { context });
    await channel.publish([sampleAlert()]);
    expect(posted()[0]).not.toHaveProperty('generatorURL');
  });

  it('lasts over a schedule that is slower than the resend interval', async () => {
    const { channel, posted } = channelTo([], { tickSeconds: 900 });
    await channel.publish([sampleAlert()]);
    expect(secondsOf(posted()[0]?.endsAt)).toBe(NOW_SECONDS + 4 * 900);
  });

  it.each([
    ['before', -60, NOW_SECONDS - 60],
    // A step may lie ahead of the clock of this machine; Alertmanager would keep the alert firing until then.
    ['after', 300, NOW_SECONDS],
  ])('ends when it was resolved, but not after now: resolved %s now', async (_, aheadSeconds, endSeconds) => {
    const { channel, posted } = channelTo();
    await channel.publish([sampleAlert({ kind: 'resolved', timeSeconds: NOW_SECONDS + aheadSeconds })]);
    expect(secondsOf(posted()[0]?.startsAt)).toBe(ONSET_SECONDS);
    expect(secondsOf(posted()[0]?.endsAt)).toBe(endSeconds);
  });

  it('is sent once an incident, as it was last, when it has several alerts at once', async () => {
    const { channel, requests, posted } = channelTo();
    const other = sampleAlert({ labels: { instance: 'b:9100' } });
    await channel.publish([
      sampleAlert(),
      other,
      sampleAlert({ kind: 'escalation', timeSeconds: ONSET_SECONDS + 60 }),
      sampleAlert({ kind: 'resolved', timeSeconds: ONSET_SECONDS + 120 }),
    ]);
    expect(requests).toHaveLength(1);
    expect(posted().map(({ labels, endsAt }) => [labels.instance, secondsOf(endsAt)])).toEqual([
      ['a:9100', ONSET_SECONDS + 120],
      ['b:9100', NOW_SECONDS + 4 * RESEND_SECONDS],
    ]);
  });

  it('is sent again with every resend interval while it is open, not before', async () => {
    const { channel, requests, pass } = channelTo();
    const alert = sampleAlert();
    await channel.publish([alert]);
    pass(RESEND_SECONDS - 1);
    await channel.refresh([alert]);
    expect(requests).toHaveLength(1);
    pass(1);
    await channel.refresh([alert]);
    await channel.refresh([alert]);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.body).not.toBe(requests[0]?.body);
  });

  it('is sent again with the next refresh when it did not arrive', async () => {
    const { channel, requests } = channelTo([400, 200]);
    const alert = sampleAlert();
    await expect(channel.publish([alert])).rejects.toThrow(AlertDeliveryError);
    await channel.refresh([alert]);
    expect(requests).toHaveLength(2);
  });

  it('is not sent where there is none', async () => {
    const { channel, requests } = channelTo();
    await channel.publish([]);
    await channel.refresh([]);
    expect(requests).toEqual([]);
  });
});

describe('an Alertmanager', () => {
  it.each([
    ['is busy', 429],
    ['takes too long', 408],
    ['has trouble', 503],
    ["can't be reached", new Error('connect ECONNREFUSED')],
  ])('that %s is asked again, with new credentials', async (_, answer) => {
    let signed = 0;
    const { channel, requests, pauses } = channelTo([answer, answer, 200], {
      authorization: async ({ headers }) => {
        signed += 1;
        return { ...headers, authorization: `Bearer ${signed}` };
      },
    });
    await channel.publish([sampleAlert()]);
    expect(pauses).toEqual([50, 75]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer 1',
      'Bearer 2',
      'Bearer 3',
    ]);
  });

  it.each([
    [400, 'answered 400: said so'],
    [401, 'answered 401: said so; check alerts.alertmanager.auth'],
    [403, 'answered 403: said so; check alerts.alertmanager.auth'],
    [404, 'answered 404: said so'],
  ])(
    'that refuses with %i is not asked again, and all alerts of the call are undelivered',
    async (status, words) => {
      const { channel, pauses } = channelTo([status]);
      const alerts = [sampleAlert(), sampleAlert({ kind: 'resolved', timeSeconds: ONSET_SECONDS + 60 })];
      const error = await channel.publish(alerts).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AlertDeliveryError);
      expect(error).toMatchObject({
        message: `Alertmanager at http://alertmanager:9093/base ${words}`,
        undelivered: alerts,
      });
      expect(pauses).toEqual([]);
    },
  );

  it('that stays away is given up after the last try, with the reason below the error', async () => {
    const away = new Error('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND alertmanager') });
    const { channel, requests } = channelTo(Array(ATTEMPTS).fill(away));
    await expect(channel.publish([sampleAlert()])).rejects.toThrow(
      /can't be reached: fetch failed \(getaddrinfo ENOTFOUND alertmanager\)/,
    );
    expect(requests).toHaveLength(ATTEMPTS);
  });

  it('that does not answer is given up with the time that one request has', async () => {
    const { channel } = channelTo([], {
      timeoutMilliseconds: 1,
      retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
      transport: {
        post: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    });
    await expect(channel.publish([sampleAlert()])).rejects.toThrow('no answer within 1 ms');
  });

  it('is not asked when no time is left', async () => {
    const environment = { remainingMilliseconds: () => 0, random: () => 0, sleep: async () => {} };
    const { channel, requests } = channelTo([], { environment });
    await expect(channel.publish([sampleAlert()])).rejects.toThrow('no time is left');
    expect(requests).toEqual([]);
  });

  it('is up when it takes no alerts, which needs the same permission as some', async () => {
    const { channel, posted } = channelTo();
    const detail = 'http://alertmanager:9093/base';
    expect(await channel.check()).toEqual({ service: 'alertmanager', isUp: true, detail });
    expect(posted()).toEqual([]);
    expect(await channelTo([403]).channel.check()).toEqual({
      service: 'alertmanager',
      isUp: false,
      detail: `Alertmanager at ${detail} answered 403: said so; check alerts.alertmanager.auth`,
    });
  });
});
