import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import type { AlertChannel } from '../../lib/alerts/alert-channel.ts';
import { AlertDeliveryError } from '../../lib/alerts/errors.ts';
import { openAlertChannels } from '../../lib/alerts/open-alert-channels.ts';
import { secretReader } from '../../lib/config/read-secret.ts';
import { configurationSchema } from '../../lib/config/schema.ts';
import { realRetryEnvironment } from '../../lib/connections/retry.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { sampleAlert } from '../alerts/sample-alert.ts';
import { commandLine } from '../services/program.ts';
import { silentProgress } from '../services/progress.ts';
import { freePort, spawnServer, stopServer } from '../services/server-process.ts';
import { cannotHave } from '../services/shared.ts';
import { findService } from '../services/start-server.ts';
import { type KeyPair, makeAuthority, makeCertificate } from './certificates.ts';

const PASSWORD = 'open sesame';
/** bcrypt of it, as Alertmanager's web configuration wants it. */
const PASSWORD_HASH = '$2b$05$tidemarktidemarktidemOUBbzo0V.qqlRuV7hKvQGK9jEoilh3Ky';

describe.skipIf(await cannotHave('alertmanager'))('an Alertmanager that asks who one is', () => {
  let directory: string;
  let authority: KeyPair;
  let client: KeyPair;
  let url: string;
  let end: () => Promise<unknown> = async () => {};

  /** The channel as a configuration describes it. */
  async function configured(settings: object): Promise<AlertChannel> {
    const alertmanager = { url, timeout: '2s', ...settings };
    const configuration = configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'cpu' }],
      alerts: { log: false, alertmanager },
    });
    const environment = { PASSWORD, WRONG: 'close sesame' };
    const [channel] = await openAlertChannels(configuration, {
      logger: silentLogger,
      environment,
      secrets: secretReader(environment),
      retries: realRetryEnvironment(() => 10_000),
    });
    return channel!;
  }

  const auth = { kind: 'basic', username: 'tidemark', password: { env: 'PASSWORD' } };
  const tls = () => ({
    ca: { file: authority.certificateFile },
    certificate: { file: client.certificateFile },
    key: { file: client.keyFile },
    serverName: 'alertmanager.internal',
  });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-secured-'));
    authority = await makeAuthority(directory, 'authority');
    const server = await makeCertificate(directory, 'server', authority, 'DNS:alertmanager.internal');
    client = await makeCertificate(directory, 'client', authority, 'DNS:tidemark');
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
    const route = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };
    await writeFile(join(directory, 'alertmanager.yml'), stringify(route));
    const step = silentProgress.begin('Alertmanager', 'looking for it');
    const finding = await findService('alertmanager', step, { mayShare: false });
    if (!('program' in finding)) throw new Error('found no program of Alertmanager');
    const port = await freePort();
    const args = [
      `--config.file=${join(directory, 'alertmanager.yml')}`,
      `--web.config.file=${join(directory, 'web.yml')}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ];
    const command = commandLine(finding.program, args, {
      directory,
      container: `tidemark-secured-alertmanager-${port}`,
    });
    const identity = await spawnServer(command, {
      directory,
      log: join(directory, 'server.log'),
      environment: {},
    });
    end = () => stopServer(identity, { container: command.container });
    url = `https://127.0.0.1:${port}`;
    const channel = await configured({ auth, tls: tls() });
    await vi.waitFor(async () => expect(await channel.check()).toMatchObject({ isUp: true }), 600_000);
  });
  afterAll(async () => {
    await end();
    await rm(directory, { recursive: true, force: true });
  });

  it('is sent by a password and a client certificate, over an authority of its own', async () => {
    const channel = await configured({ auth, tls: tls() });
    await expect(channel.publish([sampleAlert()])).resolves.toBeUndefined();
    await expect(channel.check()).resolves.toEqual({ service: 'alertmanager', isUp: true, detail: url });
  });

  it.each([
    [
      'the password is wrong',
      () => ({ auth: { ...auth, password: { env: 'WRONG' } }, tls: tls() }),
      /401.*auth/,
    ],
    [
      'there is no certificate',
      () => ({ auth, tls: { ca: tls().ca, serverName: tls().serverName } }),
      /certificate/,
    ],
    ['the authority is not trusted', () => ({ auth, tls: { serverName: tls().serverName } }), /certificate/],
    ['the name is another one', () => ({ auth, tls: { ...tls(), serverName: 'other' } }), /altnames/],
  ])('is not sent when %s', async (_, settings, reason) => {
    const channel = await configured(settings());
    const alert = sampleAlert();
    const error: unknown = await channel.publish([alert]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AlertDeliveryError);
    expect(String(error)).toMatch(reason);
  });
});
