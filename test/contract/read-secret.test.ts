import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { assumedRole } from '../../lib/config/assumed-role.ts';
import { SecretUnavailableError } from '../../lib/config/errors.ts';
import { secretReader } from '../../lib/config/read-secret.ts';
import { cannotHave, useService } from '../services/shared.ts';

const REGION = 'eu-central-1';

describe.skipIf(await cannotHave('cloud'))('secrets in the cloud', () => {
  const name = `tidemark-secret-${process.pid}-${Date.now()}`;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const { endpoint } = await useService('cloud');
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    environment = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: REGION };
    const settings = { endpoint, region: REGION, credentials };
    await new SSMClient(settings).send(
      new PutParameterCommand({ Name: `/${name}/token`, Value: 'pärameter', Type: 'SecureString' }),
    );
    const secrets = new SecretsManagerClient(settings);
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: '{"token":"sécret","port":1}' }));
    await secrets.send(
      new CreateSecretCommand({ Name: `${name}-bytes`, SecretBinary: Buffer.from('of bytes') }),
    );
  });
  afterAll(() => vi.unstubAllEnvs());

  it('are read from the Parameter Store, decrypted', async () => {
    expect(await secretReader(environment).read({ ssm: `/${name}/token` })).toBe('pärameter');
  });

  it('are read from Secrets Manager, whole or by field, text or bytes', async () => {
    const reader = secretReader(environment);
    expect(await reader.read({ secretsManager: name, field: 'token' })).toBe('sécret');
    expect(await reader.read({ secretsManager: name })).toBe('{"token":"sécret","port":1}');
    expect(await reader.read({ secretsManager: `${name}-bytes` })).toBe('of bytes');
  });

  it('are asked for where the variable of the service points, before the common one', async () => {
    const { AWS_ENDPOINT_URL: endpoint = '' } = environment;
    const nowhere = 'http://127.0.0.1:9';
    const own = { ...environment, AWS_ENDPOINT_URL: nowhere, AWS_ENDPOINT_URL_SSM: endpoint };
    expect(await secretReader(own).read({ ssm: `/${name}/token` })).toBe('pärameter');
    await expect(secretReader(own).read({ secretsManager: name })).rejects.toThrow(/Could not reach/);
  });

  it.each([
    [
      'a parameter',
      { ssm: '/tidemark/none' },
      /the SSM parameter \/tidemark\/none: .*ParameterNotFound.*; create it/,
    ],
    [
      'a secret',
      { secretsManager: 'tidemark-none' },
      /the secret tidemark-none: .*ResourceNotFound.*; create it/,
    ],
  ])('are reported with the reason when %s does not exist', async (_, reference, message) => {
    const error = await secretReader(environment)
      .read(reference)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SecretUnavailableError);
    expect(String(error)).toMatch(message);
  });

  it('of a role are assumed, and kept until five minutes before they expire', async () => {
    let now = Date.now();
    const keys = assumedRole('arn:aws:iam::000000000000:role/reader', REGION, environment, () => now);
    const first = await keys();
    expect(first.accessKeyId).toMatch(/^ASIA|^[A-Z0-9]{16,}$/);
    expect(first.sessionToken).toBeTruthy();
    expect(first.expiration?.getTime()).toBeGreaterThan(now);
    expect(await keys()).toBe(first);
    now = (first.expiration?.getTime() ?? 0) - 4 * 60_000;
    expect(await keys()).not.toBe(first);
  });
});
