import { describe, expect, it } from 'vitest';
import { secretReader } from '../../../lib/config/read-secret.ts';
import { type Configuration, configurationSchema } from '../../../lib/config/schema.ts';
import { realRetryEnvironment } from '../../../lib/connections/retry.ts';
import { openSource } from '../../../lib/sources/open-source.ts';
import { PrometheusSource } from '../../../lib/sources/prometheus/prometheus-source.ts';
import type { SeriesSource } from '../../../lib/sources/series-source.ts';
import { answering } from '../../contract/http-answers.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const ANSWER = '{"status":"success","data":{"resultType":"matrix","result":[]}}';

/** A transport that remembers the forms that were posted, and answers with no series. */
function recordingTransport() {
  const posted: URLSearchParams[] = [];
  const post = async ({ body }: { readonly body: string | Uint8Array }) => {
    posted.push(new URLSearchParams(String(body)));
    return {
      status: 200,
      statusText: 'OK',
      header: (name: string) => (name === 'content-type' ? 'application/json' : undefined),
      body: (async function* () {
        yield Buffer.from(ANSWER);
      })(),
    };
  };
  return { posted, post };
}

const ask = (source: SeriesSource, query: string) =>
  source.queryRange({ query, startSeconds: 0, endSeconds: 60, stepSeconds: 60 });

describe('the query of a metric in the configuration', () => {
  const configuration = (url: string) =>
    configurationSchema.parse({
      source: { url, staleAfter: '1m', retries: 0 },
      metrics: [{ name: 'up', query: 'abs(up)' }],
    });
  const opened = (resolved: Configuration) =>
    openSource(resolved, {
      secrets: secretReader({}),
      environment: {},
      retries: realRetryEnvironment(() => Infinity),
    });

  it('asks for fresh samples, after the configuration has travelled as JSON', async () => {
    await using server = await answering([{ headers: JSON_TYPE, body: ANSWER }]);
    const travelled = JSON.parse(JSON.stringify(configuration(server.url)));
    await ask(await opened(travelled), 'abs(up)');
    const form = new URLSearchParams(server.requests[0]?.body);
    expect(form.get('query')).toBe('abs((up and last_over_time(up[60000ms])))');
  });

  it('is sent as it is when an earlier version resolved the configuration, without the places', async () => {
    await using server = await answering([{ headers: JSON_TYPE, body: ANSWER }]);
    const { metrics, ...others } = configuration(server.url);
    const earlier = { ...others, metrics: metrics.map(({ selectors: _, ...metric }) => metric) };
    await ask(await opened(JSON.parse(JSON.stringify(earlier))), 'abs(up)');
    const form = new URLSearchParams(server.requests[0]?.body);
    expect([form.get('query'), form.get('lookback_delta')]).toEqual(['abs(up)', '60']);
  });
});

describe('a query that Prometheus throttles', () => {
  it('is not sent again before Retry-After is over, also when the first caller gave up waiting', async () => {
    const { posted, post } = recordingTransport();
    const pauses: number[] = [];
    const source = new PrometheusSource({
      url: 'http://prometheus.internal',
      transport: {
        post: async (request) => {
          const answer = await post(request);
          if (posted.length > 1) return answer;
          const header = (name: string) => (name === 'retry-after' ? '30' : undefined);
          return { ...answer, status: 429, header };
        },
      },
      timeoutMilliseconds: 1000,
      retries: { attempts: 2, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 },
      environment: {
        remainingMilliseconds: () => Infinity,
        random: () => 0,
        sleep: (milliseconds) => {
          pauses.push(milliseconds);
          // The first caller never wakes up.
          return pauses.length === 1 ? new Promise(() => {}) : Promise.resolve();
        },
      },
    });
    ask(source, 'up');
    await expect.poll(() => pauses).toEqual([30_000]);
    await ask(source, 'up');
    expect(pauses.at(-1)).toBeGreaterThan(20_000);
    expect(posted.map((form) => form.get('query'))).toEqual(['up', 'up']);
    await ask(source, 'up');
    expect(pauses).toHaveLength(2);
  });
});

describe('a query to Prometheus', () => {
  const sourceOf = (staleAfterSeconds: number, selectors?: readonly object[]) => {
    const { posted, post } = recordingTransport();
    const source = new PrometheusSource({
      url: 'http://prometheus.internal',
      transport: { post },
      timeoutMilliseconds: 1000,
      retries: { attempts: 1, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 },
      staleAfterSeconds,
      selectorsOf: () => selectors as never,
    });
    return { posted, source };
  };

  it('asks for fresh samples at the places that are known', async () => {
    const { posted, source } = sourceOf(60, [{ start: 4, end: 6, modifiersStart: 6 }]);
    await ask(source, 'abs(up)');
    expect(posted[0]?.get('query')).toBe('abs((up and last_over_time(up[60000ms])))');
    expect(posted[0]?.has('lookback_delta')).toBe(false);
  });

  it('is sent as it is, with the lookback that it should have, when the places are not known', async () => {
    const { posted, source } = sourceOf(60);
    await ask(source, 'abs(up)');
    expect(posted[0]?.get('query')).toBe('abs(up)');
    expect(posted[0]?.get('lookback_delta')).toBe('60');
  });

  it("is sent as it is when samples may be as old as Prometheus' own lookback", async () => {
    const { posted, source } = sourceOf(300, [{ start: 4, end: 6, modifiersStart: 6 }]);
    await ask(source, 'abs(up)');
    expect(posted[0]?.get('query')).toBe('abs(up)');
    expect(posted[0]?.has('lookback_delta')).toBe(false);
  });
});
