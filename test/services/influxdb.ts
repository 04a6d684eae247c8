import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dockerPlace } from './docker.ts';
import { AddressError } from './errors.ts';
import { pathPlace } from './find.ts';
import { environmentPlace, getText } from './health.ts';
import { influxdBuildPlace } from './influxd/place.ts';
import { addressSchemas, type Service } from './service.ts';

const ORG = 'tidemark';
const BUCKET = 'tidemark';
const CREDENTIALS = 'credentials.json';
/** Whether the server is empty still, so that it can be set up. */
const setupSchema = z.object({ allowed: z.boolean() });
const healthSchema = z.object({ version: z.string() });
const credentialsSchema = addressSchemas.influxdb.omit({ url: true });

/** The first set-up of an empty server: a user, an organisation, a bucket and a token of our own. */
async function setUp(url: string, directory: string): Promise<z.infer<typeof credentialsSchema>> {
  const credentials = { token: randomBytes(24).toString('hex'), org: ORG, bucket: BUCKET };
  // Written first: a server that was set up and whose token nobody knows is lost.
  await writeFile(join(directory, CREDENTIALS), JSON.stringify(credentials), { mode: 0o600 });
  const response = await fetch(`${url}/api/v2/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'tidemark', password: randomBytes(12).toString('hex'), ...credentials }),
  });
  if (response.status !== 201)
    throw new Error(`InfluxDB's set-up answered ${response.status}: ${await response.text()}`);
  return credentials;
}

export const influxdb: Service<'influxdb', undefined> = {
  name: 'influxdb',
  title: 'InfluxDB',
  healthPath: '/health',
  places: [
    environmentPlace('TIDEMARK_INFLUXDB_URL', '/health'),
    pathPlace(['influxd'], ['version'], 2),
    dockerPlace({ kind: 'container', image: 'influxdb:2.7.12', entrypoint: 'influxd' }),
    influxdBuildPlace,
  ],
  mend:
    'set TIDEMARK_INFLUXDB_URL, TIDEMARK_INFLUXDB_TOKEN and TIDEMARK_INFLUXDB_ORG, or put influxd 2.x on the PATH, or start Docker, ' +
    'or install go (1.23 or newer), cargo, gcc and pkg-config so that it can be built',
  prepare: async ({ directory, port }) => ({
    args: [
      'run',
      `--bolt-path=${join(directory, 'influxd.bolt')}`,
      `--sqlite-path=${join(directory, 'influxd.sqlite')}`,
      `--engine-path=${join(directory, 'engine')}`,
      `--http-bind-address=127.0.0.1:${port}`,
      '--reporting-disabled',
      '--log-level=error',
    ],
  }),
  async connect({ url, directory }) {
    const { allowed } = setupSchema.parse(JSON.parse(await getText(`${url}/api/v2/setup`)));
    if (allowed) return { url, ...(await setUp(url, directory)) };
    return {
      url,
      ...credentialsSchema.parse(JSON.parse(await readFile(join(directory, CREDENTIALS), 'utf8'))),
    };
  },
  async adopt(url, environment) {
    const token = environment.TIDEMARK_INFLUXDB_TOKEN;
    const org = environment.TIDEMARK_INFLUXDB_ORG;
    if (!token || !org)
      throw new AddressError(
        'TIDEMARK_INFLUXDB_URL',
        url,
        'needs TIDEMARK_INFLUXDB_TOKEN and TIDEMARK_INFLUXDB_ORG too',
      );
    return { url, token, org, bucket: environment.TIDEMARK_INFLUXDB_BUCKET || BUCKET };
  },
  version: async (url) =>
    healthSchema.parse(JSON.parse(await getText(`${url}/health`))).version.replace(/^v/, ''),
};
