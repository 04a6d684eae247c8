import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dockerPlace } from './docker.ts';
import { AddressError } from './errors.ts';
import type { Place } from './find.ts';
import { environmentPlace, getText, isHealthy } from './health.ts';
import { ministackPlace } from './ministack/install.ts';
import { REPOSITORY, type Service } from './service.ts';

const LOCALSTACK_HEALTH = '/_localstack/health';
const MINISTACK_HEALTH = '/_ministack/health';
const LOCALSTACK_ADDRESS = 'http://127.0.0.1:4566';
const LOCALSTACK_IMAGE = 'localstack/localstack:stable';
const healthSchema = z.object({ version: z.string() });

/** Both answer LocalStack's health path; only MiniStack answers its own. */
const kindOf = async (url: string) =>
  (await isHealthy(url + MINISTACK_HEALTH)) ? 'ministack' : 'localstack';

const given = environmentPlace('AWS_ENDPOINT_URL', LOCALSTACK_HEALTH);
const environment: Place = {
  ...given,
  async look(context) {
    const value = context.environment.AWS_ENDPOINT_URL;
    if (value && URL.canParse(value) && /\.amazonaws\.com(\.cn)?$/.test(new URL(value).hostname))
      throw new AddressError(
        'AWS_ENDPOINT_URL',
        value,
        'is AWS itself; the local services never touch a real account',
      );
    return given.look(context);
  },
};

const running: Place = {
  kind: 'running',
  where: `LocalStack at ${LOCALSTACK_ADDRESS}`,
  async look({ signal }) {
    if (!(await isHealthy(LOCALSTACK_ADDRESS + LOCALSTACK_HEALTH, signal)))
      return { absent: 'nothing answers' };
    // Somebody's MiniStack on the usual port holds another checkout's state: it is used only when it is named.
    if ((await kindOf(LOCALSTACK_ADDRESS)) === 'ministack')
      return { absent: 'a MiniStack answers, not a LocalStack; set AWS_ENDPOINT_URL to use it' };
    return { address: LOCALSTACK_ADDRESS };
  },
};

const docker = dockerPlace(
  {
    kind: 'container',
    image: LOCALSTACK_IMAGE,
    keepUser: true,
    // It starts a container for each Lambda, and reads its token by name so that no command line shows the value.
    runArguments: ['--volume', '/var/run/docker.sock:/var/run/docker.sock', '--env', 'LOCALSTACK_AUTH_TOKEN'],
  },
  ({ environment: { LOCALSTACK_AUTH_TOKEN } }) =>
    LOCALSTACK_AUTH_TOKEN ? undefined : { absent: 'LocalStack needs a token in LOCALSTACK_AUTH_TOKEN' },
);

/** How a local cloud is started. */
export interface CloudSettings {
  /** Whether it refuses what IAM policies do not allow, as AWS does; the keys `test` may do everything. */
  readonly enforcesPermissions?: boolean | undefined;
}

export const cloud: Service<'cloud', CloudSettings> = {
  name: 'cloud',
  title: 'local cloud',
  healthPath: LOCALSTACK_HEALTH,
  places: [environment, running, docker, ministackPlace],
  mend: 'set AWS_ENDPOINT_URL to a LocalStack, or install Python 3.10 or newer with its venv module (Debian: apt-get install python3-venv)',
  async prepare({ directory, port }, { enforcesPermissions = false } = {}) {
    const scratch = join(directory, 'tmp');
    await mkdir(scratch, { recursive: true });
    // MiniStack writes its worker there as CommonJS in a .js file, which the repository's own package.json calls a module.
    await writeFile(join(scratch, 'package.json'), '{ "type": "commonjs" }\n');
    return {
      args: [],
      environment: {
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        GATEWAY_LISTEN: `127.0.0.1:${port}`,
        // Its Lambdas run on the first node of the PATH, which must be the project's.
        PATH: `${join(REPOSITORY, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
        // It leaves folders behind: they go with this directory.
        TMPDIR: scratch,
        ...(enforcesPermissions ? { AUTH: 'true', ENFORCE_IAM: '1' } : {}),
      },
    };
  },
  connect: async ({ url }) => ({ endpoint: url, kind: await kindOf(url) }),
  adopt: async (url) => ({ endpoint: url, kind: await kindOf(url) }),
  async version(url) {
    const path = (await kindOf(url)) === 'ministack' ? MINISTACK_HEALTH : LOCALSTACK_HEALTH;
    return healthSchema.parse(JSON.parse(await getText(url + path))).version;
  },
};
