import protobuf from 'protobufjs';
import { uncompress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import type { PostRequest } from '../../../lib/connections/http-transport.ts';
import { ResultsRejectedError, ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { RemoteWriteResultStore } from '../../../lib/results/remote-write/remote-write-result-store.ts';
import { START_SECONDS, verdictRecord } from '../../contract/verdict-records.ts';

/** Prometheus' own definition, so that what is written by hand is read by the rules. */
const { root } = protobuf.parse(`syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; }
  message TimeSeries { repeated Label labels = 1; repeated Sample samples = 2; }
  message Label { string name = 1; string value = 2; }
  message Sample { double value = 1; int64 timestamp = 2; }`);
const writeRequest = root.lookupType('WriteRequest');

interface ReadRequest {
  readonly timeseries?: readonly {
    readonly labels: readonly { readonly name: string; readonly value: string }[];
    readonly samples: readonly { readonly value: number; readonly timestamp: number }[];
  }[];
}

function readRequest(body: string | Uint8Array): ReadRequest {
  const bytes = uncompress(body as Uint8Array);
  return writeRequest.toObject(writeRequest.decode(bytes), { longs: Number }) as ReadRequest;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly retryAfter?: string;
}

/** A store over a receiver that answers as the function says. */
function storeOver(
  answer: (request: ReadRequest, index: number) => Answer | Error,
  options: { readonly batchSamples?: number; readonly attempts?: number } = {},
) {
  const requests: PostRequest[] = [];
  const pauses: number[] = [];
  const store = new RemoteWriteResultStore({
    url: 'http://prometheus.internal/api/v1/write',
    headers: { 'X-Scope-OrgID': 'team-a' },
    authorization: async ({ headers }) => ({ ...headers, authorization: 'Bearer t' }),
    batchSamples: options.batchSamples ?? 2000,
    timeoutMilliseconds: 1000,
    retries: { attempts: options.attempts ?? 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    environment: {
      remainingMilliseconds: () => Infinity,
      random: () => 0,
      sleep: async (milliseconds) => void pauses.push(milliseconds),
    },
    transport: {
      post: async (request) => {
        requests.push(request);
        const said = answer(readRequest(request.body), requests.length - 1);
        if (said instanceof Error) throw said;
        return {
          status: said.status,
          statusText: '',
          header: (name) => (name === 'retry-after' ? said.retryAfter : undefined),
          body: (async function* () {
            yield Buffer.from(said.body ?? '');
          })(),
        };
      },
    },
  });
  return { store, requests, pauses };
}

const taken: Answer = { status: 204 };
const samplesIn = ({ timeseries = [] }: ReadRequest) =>
  timeseries.reduce((sum, { samples }) => sum + samples.length, 0);
const steps = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + 60 * index }),
  );

describe('a request of remote write', () => {
  it('is what Prometheus defines: sorted labels, milliseconds, snappy and its headers', async () => {
    const { store, requests } = storeOver(() => taken);
    await store.write([verdictRecord({ zone: 'b', Instance: 'ünï "q" \\' })]);
    const [request] = requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
      'X-Scope-OrgID': 'team-a',
      authorization: 'Bearer t',
    });
    const { timeseries = [] } = readRequest(request?.body ?? '');
    expect(timeseries[0]).toEqual({
      labels: [
        { name: 'Instance', value: 'ünï "q" \\' },
        { name: '__name__', value: 'tidemark_value' },
        { name: 'metric', value: 'cpu_usage' },
        { name: 'series', value: '{Instance="ünï \\"q\\" \\\\",zone="b"}' },
        { name: 'zone', value: 'b' },
      ],
      samples: [{ value: 0.75, timestamp: START_SECONDS * 1000 }],
    });
  });

  it('holds the samples of one series together, in order', async () => {
    const { store, requests } = storeOver(() => taken);
    await store.write(steps(3).toReversed());
    const { timeseries = [] } = readRequest(requests[0]?.body ?? '');
    expect(timeseries).toHaveLength(6);
    for (const { samples } of timeseries)
      expect(samples.map(({ timestamp }) => timestamp / 1000 - START_SECONDS)).toEqual([0, 60, 120]);
  });

  it('has no more samples than configured', async () => {
    const { store, requests } = storeOver(() => taken, { batchSamples: 25 });
    await store.write(steps(10));
    expect(requests.map(({ body }) => samplesIn(readRequest(body)))).toEqual([25, 25, 10]);
  });
});

describe('a receiver that does not take all', () => {
  it('gets every sample but the bad ones, which are counted and named', async () => {
    const stored = new Set<string>();
    const { store } = storeOver(({ timeseries = [] }) => {
      const isBad = timeseries.some(({ samples }) =>
        samples.some(({ timestamp }) => timestamp === (START_SECONDS + 180) * 1000),
      );
      if (isBad) return { status: 400, body: 'out of order sample' };
      for (const { labels, samples } of timeseries)
        for (const { timestamp } of samples) stored.add(`${labels[0]?.value} ${timestamp}`);
      return taken;
    });
    const error = await store.write(steps(10)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResultsRejectedError);
    expect(error).toMatchObject({
      rejectedCount: 6,
      message: expect.stringMatching(
        /400.*out of order sample; the sample is .*tidemark_value.* at 1700000220/,
      ),
    });
    expect(stored.size).toBe(54);
  });

  it('gets smaller requests from then on when one was too large', async () => {
    const { store, requests } = storeOver((request) =>
      samplesIn(request) > 20 ? { status: 413, body: 'too large' } : taken,
    );
    await store.write(steps(10));
    const before = requests.length;
    await store.write(steps(10));
    const sizes = requests.slice(before).map(({ body }) => samplesIn(readRequest(body)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  });

  it.each([
    ['429', { status: 429, retryAfter: '7' }, 7000],
    ['503 with a date', { status: 503, retryAfter: new Date(Date.now() + 60_000).toUTCString() }, undefined],
    ['500', { status: 500 }, 0],
  ])('is asked again after %s, as late as it asks', async (_, first, pause) => {
    const { store, pauses } = storeOver((_request, index) => (index === 0 ? first : taken), { attempts: 2 });
    await store.write(steps(1));
    expect(pauses).toHaveLength(1);
    if (pause === undefined) expect(pauses[0]).toBeGreaterThan(1000);
    else expect(pauses[0]).toBe(pause);
  });

  it.each([
    [401, /check results\.auth/],
    [404, /--web\.enable-remote-write-receiver/],
  ])('that answers %i is not asked again, and the error says what to do', async (status, advice) => {
    const { store, requests } = storeOver(() => ({ status }), { attempts: 3 });
    await expect(store.write(steps(1))).rejects.toThrow(ResultsUnavailableError);
    await expect(store.write(steps(1))).rejects.toThrow(advice);
    expect(requests).toHaveLength(2);
  });

  it('that cannot be reached is unavailable, and tried again', async () => {
    const { store, requests } = storeOver(() => new Error('connect ECONNREFUSED'), { attempts: 3 });
    await expect(store.write(steps(1))).rejects.toThrow(/can't be reached: connect ECONNREFUSED/);
    expect(requests).toHaveLength(3);
    expect(await store.check()).toMatchObject({ isUp: false, service: 'prometheus-remote-write' });
  });
});
