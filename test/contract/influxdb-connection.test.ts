import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsSettings } from '../../lib/connections/http-transport.ts';
import type { RetryEnvironment } from '../../lib/connections/retry.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { InfluxDbResultStore } from '../../lib/results/influxdb/influxdb-result-store.ts';
import { queryInfluxDb } from '../services/influxdb-query.ts';
import { cannotHave, type UsedInfluxDb, useInfluxDb } from '../services/shared.ts';
import { type KeyPair, makeAuthority, makeCertificate } from './certificates.ts';
import { answering } from './http-answers.ts';
import { verdictRecord } from './verdict-records.ts';

const SINCE = '2023-11-01T00:00:00Z';
const NAME = 'influxdb.internal';

type Where = Pick<UsedInfluxDb, 'url' | 'org' | 'bucket' | 'token'>;

function storeAt(
  { url, org, bucket, token }: Where,
  more: { gzip?: boolean; tls?: TlsSettings; environment?: RetryEnvironment } = {},
) {
  return new InfluxDbResultStore({
    url,
    organization: org,
    bucket,
    token,
    batchLines: 5000,
    timeoutMilliseconds: 10_000,
    retries: { attempts: 1, baseDelayMilliseconds: 1, maximumDelayMilliseconds: 1 },
    ...more,
  });
}

describe('what is sent to InfluxDB', () => {
  const records = Array.from({ length: 100 }, (_, index) => verdictRecord({ host: `h-${index}` }));

  it.each([
    [true, 'gzip'],
    [undefined, 'gzip'],
    [false, undefined],
  ])('is compressed as the configuration says (gzip: %s)', async (gzip, encoding) => {
    await using server = await answering([{ status: 204 }]);
    const where = { url: server.url, org: 'o', bucket: 'b', token: 't' };
    await using store = storeAt(where, gzip === undefined ? {} : { gzip });
    await store.write(records);
    expect(server.requests[0]?.headers['content-encoding']).toBe(encoding);
    expect(server.requests[0]?.body.split('\n')).toHaveLength(100);
  });
});

describe('a write to an InfluxDB that hangs', () => {
  const within = (remainingMilliseconds: number) => ({
    environment: {
      remainingMilliseconds: () => remainingMilliseconds,
      random: () => 0,
      sleep: async () => {},
    },
  });
  const at = (url: string) => ({ url, org: 'o', bucket: 'b', token: 't' });

  it('ends with the time of the invocation, though its own timeout is longer', async () => {
    await using server = await answering([{ hangs: true }]);
    await using store = storeAt(at(server.url), within(200));
    await expect(store.write([verdictRecord({})])).rejects.toThrow(ResultsUnavailableError);
    // On a busy machine the time may be over before the request has arrived.
    expect(server.requests.length).toBeLessThanOrEqual(1);
  });

  it('is not begun when no time is left', async () => {
    await using server = await answering([{ hangs: true }]);
    await using store = storeAt(at(server.url), within(0));
    await expect(store.write([verdictRecord({})])).rejects.toThrow(/no time is left/);
    expect(server.requests).toHaveLength(0);
  });
});

describe.skipIf(await cannotHave('influxdb'))('an InfluxDB behind TLS that asks who one is', () => {
  const stack = new AsyncDisposableStack();
  let influx: UsedInfluxDb;
  let authority: KeyPair;
  let client: KeyPair;
  let secured: Where;

  beforeAll(async () => {
    influx = stack.use(await useInfluxDb());
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-influx-'));
    stack.defer(() => rm(directory, { recursive: true }));
    authority = await makeAuthority(directory, 'authority');
    client = await makeCertificate(directory, 'client', authority, 'DNS:tidemark');
    const { key, certificate } = await makeCertificate(directory, 'server', authority, `DNS:${NAME}`);
    const { hostname, port } = new URL(influx.url);
    const terms = { key, cert: certificate, ca: authority.certificate, requestCert: true };
    const proxy = createServer({ ...terms, rejectUnauthorized: true }, (secure) => {
      const plain = connect(Number(port), hostname);
      secure.pipe(plain).pipe(secure);
      secure.on('error', () => plain.destroy());
      plain.on('error', () => secure.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    stack.defer(async () => {
      proxy.close();
    });
    secured = { ...influx, url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  });
  afterAll(() => stack.disposeAsync());

  const tls = (): TlsSettings => ({
    ca: authority.certificate,
    certificate: client.certificate,
    key: client.key,
    serverName: NAME,
  });

  it('is written to and checked with a client certificate, over an authority of its own', async () => {
    await using store = storeAt(secured, { tls: tls() });
    expect(await store.check()).toMatchObject({ isUp: true });
    await store.write([verdictRecord({ host: 'a' })]);
    const flux = '|> filter(fn: (r) => r._field == "value")';
    expect(await queryInfluxDb(influx, flux, SINCE)).toHaveLength(1);
  });

  it.each([
    ['there is no certificate', () => ({ ca: tls().ca, serverName: NAME }), /certificate/i],
    ['the authority is not trusted', () => ({ ...tls(), ca: undefined }), /certificate/i],
    ['the name is another one', () => ({ ...tls(), serverName: 'other' }), /altnames/],
  ])('is not reached when %s', async (_, settings, reason) => {
    await using store = storeAt(secured, { tls: settings() });
    const written = store.write([verdictRecord({ host: 'a' })]);
    await expect(written).rejects.toThrow(ResultsUnavailableError);
    await expect(written).rejects.toThrow(reason);
    expect(await store.check()).toMatchObject({ isUp: false });
  });
});
