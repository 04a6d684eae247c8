import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import { ServiceUnavailableError } from './errors.ts';
import { streamProgress } from './progress.ts';
import { type Addresses, type ServiceName, servicesDirectory } from './service.ts';
import { fetchService, testOwner } from './start-server.ts';
import { startServices } from './start-services.ts';

const organisationsSchema = z.object({ orgs: z.tuple([z.object({ id: z.string() })]) });
const bucketSchema = z.object({ id: z.string() });
const progress = streamProgress(process.stderr);

/**
 * Whether tests that need these services are to be skipped: only when one is unavailable and the run was set to go on
 * without (`TIDEMARK_SKIP_SERVICES=1`). Else such tests run, and fail with what was tried and how to mend it.
 * Downloads and builds what is missing, so await it at the top of a test file, outside of any time limit.
 *
 * @example describe.skipIf(await cannotHave('influxdb'))('the InfluxDB result store', () => { ... });
 */
export async function cannotHave(...names: readonly ServiceName[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(names.map((name) => fetchService(name, { progress })));
  const absent = outcomes.filter(
    (outcome) => outcome.status === 'rejected' && outcome.reason instanceof ServiceUnavailableError,
  );
  return absent.length > 0 && process.env.TIDEMARK_SKIP_SERVICES === '1';
}

/**
 * The address of a server that all tests of this run share; the first one that asks starts it, and the run's global
 * set-up ends it. Prometheus scrapes itself and a node_exporter. State is shared too: use names of your own.
 */
export async function useService<Name extends ServiceName>(name: Name): Promise<Addresses[Name]> {
  const owner = testOwner();
  const names: ServiceName[] = name === 'prometheus' ? ['nodeExporter', name] : [name];
  // One lock for all: a node_exporter asked for by two files at once must not be started twice.
  const lock = join(servicesDirectory(), `run-${owner.pid}.lock`);
  const services = await withFileLock(lock, () => startServices({ names, owner }));
  const addresses: Partial<Addresses> = services;
  const address: Addresses[Name] | undefined = addresses[name];
  if (!address) throw new Error(`${name} did not start, although nothing said why`);
  return address;
}

/** A bucket of one's own on the shared InfluxDB; goes away with its block. */
export interface UsedInfluxDb extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly orgId: string;
  readonly bucket: string;
  readonly bucketId: string;
}

/**
 * A fresh bucket on the InfluxDB that all tests of this run share.
 * @param retentionSeconds how long it keeps points; for ever when left out (InfluxDB wants at least an hour)
 *
 * @example await using influx = await useInfluxDb();
 */
export async function useInfluxDb({ retentionSeconds = 0 } = {}): Promise<UsedInfluxDb> {
  const { url, token, org } = await useService('influxdb');
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/v2/${path}`, {
      method,
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  const { orgs } = organisationsSchema.parse(await call('GET', `orgs?org=${encodeURIComponent(org)}`));
  const bucket = `test-${randomUUID()}`;
  const retentionRules = retentionSeconds > 0 ? [{ type: 'expire', everySeconds: retentionSeconds }] : [];
  const orgId = orgs[0].id;
  const { id: bucketId } = bucketSchema.parse(
    await call('POST', 'buckets', { orgID: orgId, name: bucket, retentionRules }),
  );
  const remove = async () => {
    await call('DELETE', `buckets/${bucketId}`);
  };
  return { url, token, org, orgId, bucket, bucketId, [Symbol.asyncDispose]: remove };
}
