import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { secretReader } from '../../../lib/config/read-secret.ts';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { realRetryEnvironment } from '../../../lib/connections/retry.ts';
import { SourceQueryError, SourceUnavailableError } from '../../../lib/sources/errors.ts';
import { openSource } from '../../../lib/sources/open-source.ts';
import type { SeriesSource } from '../../../lib/sources/series-source.ts';
import { commandLine } from '../../services/program.ts';
import { silentProgress } from '../../services/progress.ts';
import { freePort, spawnServer, stopServer } from '../../services/server-process.ts';
import { findService } from '../../services/start-server.ts';
import { type KeyPair, makeAuthority, makeCertificate } from '../certificates.ts';
import { until } from './until.ts';

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

/** Passwords and client certificates, as Prometheus' own web configuration asks for them. */
export function asksForCredentials(service: 'prometheus' | 'prometheus3'): void {
  describe(`a ${service} that asks who one is`, () => {
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
      const step = silentProgress.begin(service, 'looking for it');
      const finding = await findService(service, step, { mayShare: false });
      if (!('program' in finding)) throw new Error(`found no program of ${service}`);
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
      const fromVariables = {
        ...tls(),
        ca: { env: 'CA' },
        certificate: { env: 'CERT' },
        key: { env: 'KEY' },
      };
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
}
