import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { instantSelectors } from '../../lib/config/promql-selectors.ts';
import { secretReader } from '../../lib/config/read-secret.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { SourceQueryError, SourceUnavailableError } from '../../lib/sources/errors.ts';
import { openSource } from '../../lib/sources/open-source.ts';
import { freshQuery } from '../../lib/sources/prometheus/fresh-query.ts';
import { PrometheusSource } from '../../lib/sources/prometheus/prometheus-source.ts';
import type { SeriesSource } from '../../lib/sources/series-source.ts';
import { promqlQueries } from '../config/promql-queries.ts';
import { backfill } from '../services/backfill.ts';
import { commandLine } from '../services/program.ts';
import { silentProgress } from '../services/progress.ts';
import { freePort, spawnServer, stopServer } from '../services/server-process.ts';
import { cannotHave } from '../services/shared.ts';
import { findService, startServer } from '../services/start-server.ts';
import { type KeyPair, makeAuthority, makeCertificate } from './certificates.ts';

const retries = { attempts: 1, baseDelayMilliseconds: 0, maximumDelayMilliseconds: 0 };
const range = (startSeconds: number, endSeconds: number, query = 'up') => ({
  query,
  startSeconds,
  endSeconds,
  stepSeconds: 15,
});

/** A source as a configuration's `source` section describes it. */
function configured(source: object, environment: Record<string, string> = {}): Promise<SeriesSource> {
  const configuration = configurationSchema.parse({
    source: { retries: 0, ...source },
    metrics: [{ name: 'up', query: 'up' }],
  });
  return openSource(configuration, {
    secrets: secretReader(environment),
    environment,
    retries: realRetryEnvironment(() => Infinity),
  });
}

const failure = (source: SeriesSource) =>
  source.queryRange(range(0, 15)).then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  );

/** Polls until it is so; the test's own time limit ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 200));
}

const skip = await cannotHave('prometheus');

describe.skipIf(skip)('a Prometheus that asks who one is', () => {
  const PASSWORD = 'open sesame';
  /** bcrypt of it, as Prometheus' web configuration wants it. */
  const PASSWORD_HASH = '$2b$05$tidemarktidemarktidemOUBbzo0V.qqlRuV7hKvQGK9jEoilh3Ky';
  const environment = { PASSWORD, WRONG: 'close sesame' };
  let directory: string;
  let authority: KeyPair;
  let client: KeyPair;
  let stranger: KeyPair;
  let url: string;
  let end: () => Promise<unknown> = async () => {};

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-secured-'));
    authority = await makeAuthority(directory, 'authority');
    const server = await makeCertificate(directory, 'server', authority, 'DNS:prometheus.internal');
    client = await makeCertificate(directory, 'client', authority, 'DNS:tidemark');
    const strangers = await makeAuthority(directory, 'strangers');
    stranger = await makeCertificate(directory, 'stranger', strangers, 'DNS:tidemark');
    const web = {
      tls_server_config: {
        cert_file: server.certificateFile,
        key_file: server.keyFile,
        client_auth_type: 'RequireAndVerifyClientCert',
        client_ca_file: authority.certificateFile,
      },
      basic_auth_users: { tidemark: PASSWORD_HASH },
    };
    await writeFile(join(directory, 'web.yml'), stringify(web));
    await writeFile(join(directory, 'prometheus.yml'), stringify({ scrape_configs: [] }));
    const step = silentProgress.begin('Prometheus', 'looking for it');
    const finding = await findService('prometheus', step, { mayShare: false });
    if (!('program' in finding)) throw new Error('found no program of Prometheus');
    const port = await freePort();
    const container = `tidemark-secured-${port}`;
    const args = [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--web.config.file=${join(directory, 'web.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const command = commandLine(finding.program, args, { directory, container });
    const log = join(directory, 'server.log');
    const identity = await spawnServer(command, { directory, log, environment: {} });
    end = () => stopServer(identity, { container: command.container });
    url = `https://127.0.0.1:${port}`;
    const source = await configured(trusted(), environment);
    await until(async () => (await source.check()).isUp);
  });
  afterAll(async () => {
    await end();
    await rm(directory, { recursive: true, force: true });
  });

  const tls = () => ({
    ca: { file: authority.certificateFile },
    certificate: { file: client.certificateFile },
    key: { file: client.keyFile },
    serverName: 'prometheus.internal',
  });
  const auth = { kind: 'basic', username: 'tidemark', password: { env: 'PASSWORD' } };
  const trusted = () => ({ url, auth, tls: tls() });

  it('answers to a password and a client certificate, over an authority of its own', async () => {
    const source = await configured(trusted(), environment);
    const { series } = await source.queryRange(range(1_700_000_000, 1_700_000_015, 'vector(42)'));
    expect([...(series[0]?.samples.values ?? [])]).toEqual([42, 42]);
    expect(await source.check()).toEqual({ service: 'prometheus', isUp: true, detail: url });
  });

  it('takes certificates from variables too', async () => {
    const variables = { CA: authority.certificate, CERT: client.certificate, KEY: client.key };
    const fromVariables = { ...tls(), ca: { env: 'CA' }, certificate: { env: 'CERT' }, key: { env: 'KEY' } };
    const source = await configured({ url, auth, tls: fromVariables }, { ...environment, ...variables });
    expect((await source.check()).isUp).toBe(true);
  });

  it('refuses a wrong password and none at all: the configuration is to be mended', async () => {
    const wrong = await configured(
      { ...trusted(), auth: { ...auth, password: { env: 'WRONG' } } },
      environment,
    );
    const none = await configured({ url, tls: tls() });
    for (const source of [wrong, none]) {
      const error = await failure(source);
      expect(error).toBeInstanceOf(SourceQueryError);
      expect(String(error)).toMatch(/401 .*check source\.auth/);
    }
  });

  it('refuses a client without a certificate, and one that a stranger signed', async () => {
    const { ca, serverName } = tls();
    const foreign = { certificate: { file: stranger.certificateFile }, key: { file: stranger.keyFile } };
    for (const settings of [
      { ca, serverName },
      { ca, serverName, ...foreign },
    ]) {
      const error = await failure(await configured({ ...trusted(), tls: settings }, environment));
      expect(error).toBeInstanceOf(SourceUnavailableError);
      expect(String(error)).toMatch(/certificate|alert/i);
    }
  });

  it('is not trusted without its authority, nor under another name', async () => {
    const { ca: _, ...withoutAuthority } = tls();
    const { serverName: __, ...withoutName } = tls();
    const unknown = await failure(await configured({ ...trusted(), tls: withoutAuthority }, environment));
    expect(String(unknown)).toMatch(/unable to (?:verify|get)|self.signed/i);
    const misnamed = await failure(await configured({ ...trusted(), tls: withoutName }, environment));
    expect(String(misnamed)).toContain("does not match certificate's altnames");
  });

  it('says which certificate can not be read', async () => {
    const missing = { ...trusted(), tls: { ...tls(), ca: { file: join(directory, 'none.crt') } } };
    await expect(configured(missing, environment)).rejects.toThrow(/Could not read the file .*none\.crt/);
  });
});

describe.skipIf(skip)('samples that no marker ends', () => {
  // A whole number of hours ago, so that the history lies in blocks of its own.
  const now = Math.floor(Date.now() / 3_600_000) * 3600;
  const start = now - 7200;
  const lastOfDead = start + 900;
  let directory: string;
  let url: string;
  let end: () => Promise<void>;

  const every15Seconds = (from: number, to: number, valueAt: (time: number) => number) =>
    Array.from({ length: (to - from) / 15 + 1 }, (_, index) => {
      const time = from + index * 15;
      return [time, valueAt(time)] as const;
    });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-stale-'));
    const dataDirectory = join(directory, 'data');
    await backfill(dataDirectory, [
      { name: 'load', labels: { host: 'dead' }, samples: every15Seconds(start, lastOfDead, () => 7) },
      { name: 'load', labels: { host: 'constant' }, samples: every15Seconds(start, start + 3600, () => 7) },
      {
        name: 'load',
        labels: { host: 'moving' },
        samples: every15Seconds(start, start + 3600, (time) => time),
      },
    ]);
    const server = await startServer('prometheus', { settings: { dataDirectory, scrapeConfigs: [] } });
    url = server.address.url;
    end = () => server[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await end();
    await rm(directory, { recursive: true, force: true });
  });

  const sourceOf = (staleAfterSeconds: number) =>
    new PrometheusSource({
      url,
      timeoutMilliseconds: 10_000,
      retries,
      staleAfterSeconds,
      selectorsOf: instantSelectors,
    });

  const lastTimes = async (staleAfterSeconds: number, query = 'load') => {
    const { series } = await sourceOf(staleAfterSeconds).queryRange(range(start, start + 1800, query));
    return new Map(series.map(({ labels, samples }) => [labels.host ?? '', samples.timesSeconds]));
  };

  it('stand for steps as long as they are not older than the configuration allows', async () => {
    const times = await lastTimes(60);
    expect(times.get('dead')?.at(-1)).toBe(lastOfDead + 60);
    expect(times.get('dead')?.length).toBe((900 + 60) / 15 + 1);
  });

  it('are repeated by Prometheus for its own five minutes when the configuration does not say less', async () => {
    expect((await lastTimes(300)).get('dead')?.at(-1)).toBeGreaterThanOrEqual(lastOfDead + 285);
  });

  it('take nothing from a series that is constant and alive, nor from one that moves', async () => {
    const times = await lastTimes(20);
    expect(times.get('constant')?.length).toBe(1800 / 15 + 1);
    expect(times.get('moving')?.length).toBe(1800 / 15 + 1);
  });

  it('are left out of what is computed of them', async () => {
    const counts = async (staleAfterSeconds: number) => {
      const query = range(lastOfDead, lastOfDead + 120, 'count(load)');
      const { series } = await sourceOf(staleAfterSeconds).queryRange(query);
      return [...(series[0]?.samples.values ?? [])];
    };
    expect(await counts(300)).toEqual([3, 3, 3, 3, 3, 3, 3, 3, 3]);
    expect(await counts(60)).toEqual([3, 3, 3, 3, 3, 2, 2, 2, 2]);
  });

  it('are left out by a query that Prometheus takes, whatever query it is made of', async () => {
    const isTaken = async (query: string) => {
      const body = new URLSearchParams({ query, start: String(start), end: String(start), step: '15' });
      const answer = await fetch(`${url}/api/v1/query_range`, { method: 'POST', body });
      // What goes wrong with the samples of a query, 422, says nothing of its grammar.
      return answer.status !== 400;
    };
    const taken: string[] = [];
    const refused: string[] = [];
    const others = ['load / on(host) group_left load', 'load + on(host) group_right # a\n{host="dead"}'];
    const generated = fc.sample(promqlQueries(String), { numRuns: 300, seed: 1 });
    for (const text of [...others, ...generated.map((query) => query.text)]) {
      if (!(await isTaken(text))) continue;
      taken.push(text);
      const fresh = freshQuery(text, instantSelectors(text) ?? [], 60);
      if (!(await isTaken(fresh))) refused.push(`${text} as ${fresh}`);
    }
    expect(refused).toEqual([]);
    expect(taken.length).toBeGreaterThan(100);
  });
});

describe.skipIf(skip)('a target that dies', () => {
  /** An exporter that says itself when it measured: Prometheus then writes no marker when it is gone. */
  async function exporter(withTimes: boolean) {
    const server = createServer((_, response) => {
      const time = withTimes ? ` ${Date.now()}` : '';
      response.end(`constant 5${time}\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const target = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const kill = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { target, kill };
  }

  it.each([
    ['with Prometheus watching leaves a marker, which ends its series at once', false, 300],
    ['without a marker ends its series when its last sample is too old', true, 10],
  ])('%s', async (_, withTimes, staleAfterSeconds) => {
    const [dying, living] = await Promise.all([exporter(withTimes), exporter(withTimes)]);
    const scrape = (job_name: string, target: string) => ({
      job_name,
      scrape_interval: '1s',
      static_configs: [{ targets: [target] }],
    });
    await using server = await startServer('prometheus', {
      settings: { scrapeConfigs: [scrape('dying', dying.target), scrape('living', living.target)] },
    });
    const source = new PrometheusSource({
      url: server.address.url,
      timeoutMilliseconds: 10_000,
      retries,
      staleAfterSeconds,
      selectorsOf: instantSelectors,
    });
    const jobsNow = async () => {
      const time = Math.floor(Date.now() / 1000);
      const { series } = await source.queryRange({
        query: 'constant',
        startSeconds: time,
        endSeconds: time,
        stepSeconds: 1,
      });
      return series.map(({ labels }) => labels.job).toSorted();
    };
    await until(async () => (await jobsNow()).length === 2);
    await dying.kill();
    await until(async () => (await jobsNow()).length === 1);
    expect(await jobsNow()).toEqual(['living']);
    await living.kill();
  });

  it('while Prometheus itself is down does not live on in the gap', async () => {
    const target = await exporter(false);
    const scrapeConfigs = [
      { job_name: 'target', scrape_interval: '1s', static_configs: [{ targets: [target.target] }] },
    ];
    await using server = await startServer('prometheus', { settings: { scrapeConfigs } });
    const open = (staleAfterSeconds: number) =>
      new PrometheusSource({
        url: server.address.url,
        timeoutMilliseconds: 10_000,
        retries,
        staleAfterSeconds,
        selectorsOf: instantSelectors,
      });
    const valuesAt = async (source: SeriesSource, time: number) =>
      (await source.queryRange({ query: 'constant', startSeconds: time, endSeconds: time, stepSeconds: 1 }))
        .series;
    await until(async () => (await valuesAt(open(10), Math.floor(Date.now() / 1000))).length === 1);
    await server.kill();
    const killed = Math.ceil(Date.now() / 1000);
    await target.kill();
    await server.start();
    // Within Prometheus' lookback, and past ours.
    expect(await valuesAt(open(300), killed + 60)).toHaveLength(1);
    expect(await valuesAt(open(10), killed + 60)).toHaveLength(0);
  });
});
