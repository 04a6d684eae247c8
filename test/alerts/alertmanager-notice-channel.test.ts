import { describe, expect, it } from 'vitest';
import { AlertmanagerNoticeChannel } from '../../lib/alerts/alertmanager-notice-channel.ts';
import { NoticeDeliveryError } from '../../lib/alerts/errors.ts';
import type { Notice } from '../../lib/alerts/notice-channel.ts';
import type { HttpAnswer } from '../../lib/connections/http-transport.ts';

const SILENT_SECONDS = Date.UTC(2026, 2, 2, 3) / 1000;
const RESEND_SECONDS = 60;

const noticeOf = (kind: Notice['kind'], timeSeconds = SILENT_SECONDS): Notice => ({
  id: `${kind} of cpu_usage`,
  kind,
  timeSeconds,
  metric: 'cpu_usage',
  text: 'The metric cpu_usage has no scored sample since then. The query returns no series.',
  facts: {},
});

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** The channel in front of an Alertmanager with scripted answers; 200 once they are used up. */
function channelTo(answers: readonly number[] = []) {
  const posted: PostedAlert[][] = [];
  const clock = { seconds: SILENT_SECONDS };
  const channel = new AlertmanagerNoticeChannel({
    url: 'http://alertmanager:9093',
    transport: {
      post: async ({ body }): Promise<HttpAnswer> => {
        posted.push(JSON.parse(String(body)));
        const status = answers[posted.length - 1] ?? 200;
        return { status, statusText: '', header: () => undefined, body: (async function* () {})() };
      },
    },
    timeoutMilliseconds: 5000,
    resendSeconds: RESEND_SECONDS,
    tickSeconds: 60,
    labels: { team: 'infra' },
    installation: 'production',
    retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    environment: { remainingMilliseconds: () => Infinity, random: () => 0.5, sleep: async () => {} },
    nowSeconds: () => clock.seconds,
  });
  return { channel, posted, clock };
}

describe('a silent metric at Alertmanager', () => {
  it('is an alert by a name of its own that fires for some intervals', async () => {
    const { channel, posted } = channelTo();
    await channel.refresh([noticeOf('metricSilent')]);
    expect(posted).toEqual([
      [
        {
          labels: {
            alertname: 'TidemarkMetricSilent',
            metric: 'cpu_usage',
            severity: 'warning',
            environment: 'production',
            team: 'infra',
          },
          annotations: {
            summary: 'cpu_usage is silent: nothing watches it',
            description: noticeOf('metricSilent').text,
          },
          startsAt: '2026-03-02T03:00:00Z',
          endsAt: '2026-03-02T03:04:00Z',
        },
      ],
    ]);
  });

  it('is sent again with every resend interval, not before', async () => {
    const { channel, posted, clock } = channelTo();
    await channel.refresh([noticeOf('metricSilent')]);
    clock.seconds += RESEND_SECONDS - 1;
    await channel.refresh([noticeOf('metricSilent')]);
    expect(posted).toHaveLength(1);
    clock.seconds += 1;
    await channel.refresh([noticeOf('metricSilent')]);
    expect(posted).toHaveLength(2);
  });

  it('is resolved, under the same labels, once it is scored again', async () => {
    const { channel, posted, clock } = channelTo();
    await channel.refresh([noticeOf('metricSilent')]);
    clock.seconds += 120;
    await channel.announce([noticeOf('metricRecovered', clock.seconds)]);
    expect(posted[1]?.[0]).toMatchObject({
      labels: posted[0]?.[0]?.labels,
      annotations: { summary: 'cpu_usage is scored again' },
      endsAt: '2026-03-02T03:02:00Z',
    });
  });

  it('is over at once also where the clock of the tick is ahead', async () => {
    const { channel, posted, clock } = channelTo();
    await channel.announce([noticeOf('metricRecovered', clock.seconds + 90)]);
    expect(posted[0]?.[0]?.endsAt).toBe('2026-03-02T03:00:00Z');
  });

  it('is sent by the next tick when Alertmanager did not take it', async () => {
    const { channel, posted } = channelTo([400]);
    await expect(channel.refresh([noticeOf('metricSilent')])).rejects.toThrow(NoticeDeliveryError);
    await channel.refresh([noticeOf('metricSilent')]);
    expect(posted).toHaveLength(2);
  });

  it('is all that Alertmanager is sent: models and evaluations are no alerts', async () => {
    const { channel, posted } = channelTo();
    await channel.announce([noticeOf('modelPromoted'), noticeOf('evaluationCompleted')]);
    await channel.refresh([]);
    expect(posted).toEqual([]);
  });
});
