import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { secretReader } from '../../lib/config/read-secret.ts';
import { authorization } from '../../lib/connections/authorization.ts';
import { CircuitBreaker } from '../../lib/connections/circuit-breaker.ts';
import { HttpTransport } from '../../lib/connections/http-transport.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { type PrometheusOptions, PrometheusSource } from '../../lib/sources/prometheus/prometheus-source.ts';
import { expectedSignature, givenSignature } from '../sources/prometheus/signature-check.ts';

/** What real servers do only on bad days, done by a server that speaks real HTTP. */
type Answer = (request: IncomingMessage & { readonly body: string }, response: ServerResponse) => void;

const range = { query: 'up', startSeconds: 0, endSeconds: 120, stepSeconds: 60 };
const JSON_TYPE = { 'content-type': 'application/json' };
const matrix = (values: unknown[] = [[0, '1']], labels: object = {}) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: labels, values }] },
  });
const good: Answer = (_, response) => response.writeHead(200, JSON_TYPE).end(matrix());
const status =
  (code: number, text = '', headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response.writeHead(code, headers).end(text);

let answers: Answer[];
let requests: (IncomingMessage & { readonly body: string })[];
let connections: number;
let url: string;
let transport: HttpTransport;
const server = createServer(async (request, response) => {
  const chunks = await Array.fromAsync(request);
  const whole = Object.assign(request, { body: Buffer.concat(chunks).toString() });
  requests.push(whole);
  (answers.length > 1 ? answers.shift() : answers[0])?.(whole, response);
});
server.on('connection', () => {
  connections += 1;
});

beforeEach(async () => {
  [answers, requests, connections] = [[good], [], 0];
  transport = new HttpTransport();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterEach(async () => {
  transport.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const pauses: number[] = [];
const open = (options: Partial<PrometheusOptions> = {}, remainingMilliseconds = () => Infinity) =>
  new PrometheusSource({
    url,
    transport,
    timeoutMilliseconds: 5000,
    retries: { attempts: 3, baseDelayMilliseconds: 100, maximumDelayMilliseconds: 1000 },
    environment: {
      remainingMilliseconds,
      random: () => 0.5,
      sleep: async (milliseconds) => void pauses.push(milliseconds),
    },
    ...options,
  });
const failure = (source: PrometheusSource, signal?: AbortSignal) =>
  source.queryRange(range, signal).then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );

describe('Amazon Managed Prometheus', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is asked with a signature that its receiver computes as well, kept up over retries', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
    const environment = { AWS_REGION: 'eu-west-1' };
    answers = [status(500), good];
    const auth = { kind: 'sigv4', service: 'aps', region: undefined, roleArn: undefined } as const;
    const source = open({
      url: `${url}/workspaces/ws-1234/`,
      headers: { 'x-tenant': 'a  b' },
      authorization: await authorization(auth, secretReader({}), environment),
    });
    const query = 'sum by (mode) (rate(x{mode!~"idle|ü"}[5m])) + on() y';
    expect((await source.queryRange({ ...range, query })).series).toHaveLength(1);
    expect(requests).toHaveLength(2);
    for (const { method = '', url: path = '', headers, body } of requests) {
      const received = { method, path, headers: headers as Record<string, string>, body };
      expect(path).toBe('/workspaces/ws-1234/api/v1/query_range');
      expect(headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/aps\/aws4_request/);
      expect(headers.authorization).toMatch(/SignedHeaders=[^,]*host/);
      expect(givenSignature(received)).toBe(expectedSignature(received, secret));
    }
  });
});

describe('a gateway in front of Prometheus', () => {
  it('is asked with the token of the secret that the configuration names, kept up over retries', async () => {
    answers = [status(500), good];
    const secrets = secretReader({ TOKEN: 'eyJhbGciOi.J9' });
    const source = open({
      authorization: await authorization({ kind: 'bearer', token: { env: 'TOKEN' } }, secrets, {}),
    });
    expect((await source.queryRange(range)).series).toHaveLength(1);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer eyJhbGciOi.J9',
      'Bearer eyJhbGciOi.J9',
    ]);
  });
});

describe('Prometheus over HTTP on a bad day', () => {
  beforeEach(() => pauses.splice(0));

  it('is asked again after failures, later each time, and as late as it asks', async () => {
    answers = [status(503, 'overloaded'), status(429, '', { 'retry-after': '7' }), good];
    expect((await open().queryRange(range)).series).toHaveLength(1);
    expect(requests).toHaveLength(3);
    expect(pauses).toEqual([50, 7000]);
  });

  it.each<[string, Answer, string]>([
    ['answers 500', status(500, 'on fire'), '500 Internal Server Error: on fire'],
    ['sends the page of a proxy', status(200, '<html>'), 'not JSON'],
    ['cuts its JSON short', status(200, matrix().slice(0, -3)), 'not JSON'],
    [
      'breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"status":', () => response.destroy());
      },
      'aborted',
    ],
    ['hangs up', (_, response) => response.destroy(), 'socket hang up'],
    ['sends what is not gzip', status(200, 'plain', { 'content-encoding': 'gzip' }), 'incorrect header'],
    [
      'cuts its gzip short',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(matrix()).subarray(0, 30)),
      'unexpected end of file',
    ],
  ])('is unavailable when it %s, after every attempt', async (_, answer, message) => {
    answers = [answer];
    const error = await failure(open());
    expect(error).toBeInstanceOf(SourceUnavailableError);
    expect(String(error)).toContain(message);
    expect(requests).toHaveLength(3);
  });

  it.each<[string, Answer, string]>([
    ['401', status(401, 'who are you?'), 'check source.auth'],
    ['404', status(404, 'nothing here'), 'check source.url'],
    [
      '400 with the reason',
      status(400, '{"status":"error","errorType":"bad_data","error":"unclosed parenthesis"}', JSON_TYPE),
      'unclosed parenthesis',
    ],
  ])('is asked only once when it answers %s', async (_, answer, message) => {
    answers = [answer];
    const error = await failure(open());
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toContain(message);
    expect(requests).toHaveLength(1);
  });

  it('is not followed elsewhere: credentials stay with the server that they are for', async () => {
    answers = [status(307, '', { location: `${url}/elsewhere` })];
    const error = await failure(
      open({ authorization: async ({ headers }) => ({ ...headers, authorization: 'Bearer secret' }) }),
    );
    expect(String(error)).toContain('redirects are not followed');
    expect(requests.map((request) => [request.url, request.headers.authorization])).toEqual([
      ['/api/v1/query_range', 'Bearer secret'],
    ]);
  });

  it('is given up when the invocation has no more time, not when its own time limit is over', async () => {
    answers = [() => {}];
    const remaining = [80, 0];
    const error = await failure(open({ timeoutMilliseconds: 60_000 }, () => remaining.shift() ?? 0));
    expect(String(error)).toContain('no answer within 80 ms');
    // On a busy machine the time may be over before the request has arrived.
    const arrived = requests.length;
    expect(arrived).toBeLessThanOrEqual(1);
    expect(String(await failure(open({}, () => 0)))).toContain('no time is left');
    expect(requests).toHaveLength(arrived);
  });

  it('is given up when it stops in the middle of its answer', async () => {
    answers = [(_, response) => void response.writeHead(200, JSON_TYPE).write('{"status":"success",')];
    const error = await failure(
      open({
        timeoutMilliseconds: 100,
        retries: { attempts: 1, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 },
      }),
    );
    expect(String(error)).toContain('no answer within 100 ms');
  });

  it("is not asked again once the caller has given up, and that is not the server's fault", async () => {
    const controller = new AbortController();
    answers = [() => controller.abort(new Error('stopped'))];
    const breaker = new CircuitBreaker({ failures: 1, pauseMilliseconds: 1e9 }, () => 0);
    await failure(open({ breaker }), controller.signal);
    expect(requests).toHaveLength(1);
    answers = [good];
    expect((await open({ breaker }).queryRange(range)).series).toHaveLength(1);
  });

  it('is not said to be away when its requests can not be signed', async () => {
    const refused = () => Promise.reject(new Error('sts answered 403'));
    const error = await failure(open({ authorization: refused }));
    expect(error).toBeInstanceOf(SourceUnavailableError);
    expect(String(error)).toMatch(/could not be signed: sts answered 403; check source\.auth/);
    expect(String(error)).not.toContain('reached');
    expect(requests).toEqual([]);
  });

  it('is left alone when it keeps failing, by all sources that share its circuit, until a trial succeeds', async () => {
    let now = 0;
    const breaker = new CircuitBreaker({ failures: 4, pauseMilliseconds: 60_000 }, () => now);
    answers = [status(500)];
    const queries = () => requests.filter((request) => request.url?.includes('query_range'));
    await failure(open({ breaker }));
    const error = await failure(open({ breaker }));
    expect(error).toBeInstanceOf(SourceUnavailableError);
    expect(String(error)).toMatch(/failed 4 times in a row and is left alone .*; at last: .* answered 500/);
    expect(queries()).toHaveLength(4);
    await failure(open({ breaker }));
    expect(queries()).toHaveLength(4);
    now = 60_000;
    answers = [good];
    expect((await open({ breaker }).queryRange(range)).series).toHaveLength(1);
    expect(queries()).toHaveLength(5);
  });

  it('is asked over one connection, for packed answers', async () => {
    answers = [
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(matrix())),
    ];
    const source = open();
    for (let count = 0; count < 5; count += 1)
      expect((await source.queryRange(range)).series).toHaveLength(1);
    expect(requests[0]?.headers['accept-encoding']).toBe('gzip');
    expect(connections).toBe(1);
  });

  it('is asked for long ranges in parts, which are joined', async () => {
    answers = [
      ({ body }, response) => {
        const sent = new URLSearchParams(body);
        const times: number[] = [];
        for (let time = Number(sent.get('start')); time <= Number(sent.get('end')); time += 60)
          times.push(time);
        response.writeHead(200, JSON_TYPE).end(matrix(times.map((time) => [time, String(time / 60)])));
      },
    ];
    const long = { ...range, endSeconds: 60 * 2500 };
    const { series } = await open({ maximumPoints: 1000 }).queryRange(long);
    expect(requests).toHaveLength(3);
    expect([...(series[0]?.samples.values ?? [])]).toEqual(Array.from({ length: 2501 }, (_, index) => index));
  });

  it('may send 50 MB, and no more than allowed', async () => {
    const values = Array.from({ length: 2000 }, (_, index) => [1_700_000_000 + index * 60, '0.123456789']);
    const one = (index: number) => JSON.stringify({ metric: { index: String(index) }, values });
    const count = Math.ceil(50e6 / one(0).length);
    answers = [
      async (_, response) => {
        const closed = once(response, 'close');
        response.writeHead(200, JSON_TYPE);
        response.write('{"status":"success","data":{"resultType":"matrix","result":[');
        for (let index = 0; index < count && !response.destroyed; index += 1) {
          if (!response.write((index === 0 ? '' : ',') + one(index)))
            await Promise.race([once(response, 'drain'), closed]);
        }
        response.end(']}}');
      },
    ];
    const { series } = await open({ timeoutMilliseconds: 60_000 }).queryRange(range);
    expect(series).toHaveLength(count);
    const error = await failure(open({ timeoutMilliseconds: 60_000, maximumMegabytes: 20 }));
    expect(error).toBeInstanceOf(SourceQueryError);
    expect(String(error)).toContain('larger than 20 MB');
  });

  it('may not hide a flood in a small packed answer', async () => {
    const bomb = gzipSync(Buffer.alloc(100e6, ' '));
    answers = [(_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)];
    expect(bomb.length).toBeLessThan(200_000);
    expect(String(await failure(open({ maximumMegabytes: 5 })))).toContain('larger than 5 MB');
  });
});
