import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Progress } from './progress.ts';
import { type Addresses, REPOSITORY } from './service.ts';

const SECRET_NAME = 'tidemark/influxdb';
/** Lines of a failed deployment that are shown. */
const SHOWN_LINES = 40;

/** The servers that a deployed stack works with. */
export type StackServices = Pick<Addresses, 'cloud' | 'prometheus' | 'influxdb'>;

/** What a deployment gave. */
export interface Deployment {
  /** The environment in which SDK clients and the command line reach the local cloud and the deployed configuration. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stackName: string;
  /** The stack's outputs by name, such as `BucketName`. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface DeployOptions {
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  /** Path of the configuration, relative to the repository; the shipped one by default. */
  readonly configuration?: string;
  /** Overrides of the configuration, as TIDEMARK__SECTION__KEY. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** The environment of everything that speaks to the local cloud: an IP address, since it makes S3 use paths, and dummy keys. */
function cloudEnvironment({ endpoint }: Addresses['cloud']): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    CDK_DISABLE_LEGACY_EXPORT_WARNING: '1',
  };
}

/**
 * Deploys the stack to the local cloud by `cdklocal`, with the addresses and the token of the real servers.
 *
 * @throws DeploymentFailedError with the last lines that it printed.
 */
export async function deployLocally(services: StackServices, options: DeployOptions): Promise<Deployment> {
  const { progress, signal, configuration = 'config/config.yaml', overrides = {} } = options;
  const environment = {
    ...cloudEnvironment(services.cloud),
    PROMETHEUS_URL: services.prometheus.url,
    INFLUXDB_URL: services.influxdb.url,
    INFLUXDB_ORG: services.influxdb.org,
    TIDEMARK__RESULTS__BUCKET: services.influxdb.bucket,
    ...overrides,
  };
  await putToken(services, environment);
  const scratch = await mkdtemp(join(tmpdir(), 'tidemark-deploy-'));
  const step = progress.begin('stack', 'preparing the account (cdk bootstrap)');
  try {
    const context = [
      '-c',
      'local=true',
      '-c',
      `config=${configuration}`,
      '--output',
      join(scratch, 'cdk.out'),
    ];
    await cdk(['bootstrap', 'aws://000000000000/us-east-1', ...context], environment, signal);
    step.note('deploying (cdk deploy)');
    const outputsFile = join(scratch, 'outputs.json');
    await cdk(
      ['deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile, ...context],
      environment,
      signal,
    );
    const stacks = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, Record<string, string>>;
    const [stackName, outputs] = Object.entries(stacks)[0] ?? ['', {}];
    step.done(`${stackName} on ${services.cloud.endpoint}`);
    return { environment, stackName, outputs };
  } catch (error) {
    step.failed('not deployed');
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The token of InfluxDB where the deployed function looks for it. */
async function putToken(
  { influxdb, cloud }: StackServices,
  environment: Record<string, string>,
): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint: cloud.endpoint,
    region: environment.AWS_REGION ?? 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const secret = JSON.stringify({ token: influxdb.token });
  try {
    await client.send(new CreateSecretCommand({ Name: SECRET_NAME, SecretString: secret }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new PutSecretValueCommand({ SecretId: SECRET_NAME, SecretString: secret }));
  } finally {
    client.destroy();
  }
}

async function cdk(args: string[], environment: Record<string, string>, signal?: AbortSignal): Promise<void> {
  const bin = join(REPOSITORY, 'node_modules', '.bin');
  const child = spawn(join(bin, 'cdklocal'), args, {
    cwd: REPOSITORY,
    env: { ...process.env, ...environment, PATH: `${bin}:${process.env.PATH ?? ''}`, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const lines: string[] = [];
  const keep = (chunk: Buffer) => lines.push(...chunk.toString().split('\n'));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new DeploymentFailedError(`cdklocal ${args[0]}`, code, lines.slice(-SHOWN_LINES));
}

/** `cdk` ended with an error. */
class DeploymentFailedError extends Error {
  override readonly name = 'DeploymentFailedError';
  constructor(command: string, code: number | null, lastLines: readonly string[]) {
    super(`${command} ended with ${code ?? 'a signal'}. It printed last:\n${lastLines.join('\n')}`);
  }
}
