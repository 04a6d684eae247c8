import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { type TlsSettings, tlsOptions } from '../../connections/http-transport.ts';
import { ResultsSetupError } from '../errors.ts';
import { downsamplingFlux, taskName } from './downsampling-task.ts';

/** The server, with a token that is allowed to create buckets and tasks. */
export interface SchemaConnection {
  readonly url: string;
  readonly organization: string;
  readonly token: string;
  readonly timeoutMilliseconds: number;
  readonly tls?: TlsSettings;
}

/** The required buckets and tasks. */
export interface WantedSchema {
  readonly bucket: string;
  /** 0: unlimited. */
  readonly retentionSeconds: number;
  readonly longTerm?:
    | { readonly bucket: string; readonly windowSeconds: number; readonly retentionSeconds: number }
    | undefined;
}

/** The action on one bucket or task. */
export interface SchemaStep {
  readonly thing: string;
  readonly action: 'created' | 'changed' | 'unchanged';
}

interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly retentionRules: readonly { readonly everySeconds?: number }[];
}
interface Task {
  readonly id: string;
  readonly flux: string;
  readonly status: string;
}

/**
 * Creates or changes the buckets with their retention, the downsampled bucket and the task that fills it. Repeated, it
 * changes nothing.
 *
 * @param mayShorten whether a retention may be shortened, which deletes records.
 * @throws ResultsSetupError that says what was refused and how to fix it.
 */
export async function ensureSchema(
  connection: SchemaConnection,
  { bucket, retentionSeconds, longTerm }: WantedSchema,
  mayShorten: boolean,
): Promise<SchemaStep[]> {
  const server = new Server(connection);
  const orgId = await server.organizationId();
  const wanted = [{ name: bucket, retentionSeconds }];
  if (longTerm !== undefined)
    wanted.push({ name: longTerm.bucket, retentionSeconds: longTerm.retentionSeconds });
  const there = await Promise.all(wanted.map(({ name }) => server.bucket(orgId, name)));
  // Check all buckets before changing any.
  for (const [index, one] of wanted.entries()) if (!mayShorten) refuseToShorten(there[index], one);
  const steps: SchemaStep[] = [];
  for (const [index, one] of wanted.entries())
    steps.push(await ensureBucket(server, orgId, there[index], one));
  if (longTerm !== undefined) {
    const { windowSeconds } = longTerm;
    const downsampling = { fromBucket: bucket, toBucket: longTerm.bucket, windowSeconds };
    steps.push(await ensureTask(server, orgId, taskName(downsampling), downsamplingFlux(downsampling)));
  }
  return steps;
}

interface WantedBucket {
  readonly name: string;
  readonly retentionSeconds: number;
}

function refuseToShorten(there: Bucket | undefined, { name, retentionSeconds }: WantedBucket): void {
  if (there === undefined || retentionSeconds === 0) return;
  const before = retentionOf(there);
  if (before !== 0 && before <= retentionSeconds) return;
  throw new ResultsSetupError(
    `The bucket "${name}" keeps records ${before === 0 ? 'forever' : `for ${before} s`}; a retention of ${retentionSeconds} s deletes ` +
      'older records: repeat with --shorten to allow that, or configure a longer retention',
  );
}

/** Seconds; 0: unlimited. */
function retentionOf({ retentionRules }: Bucket): number {
  return retentionRules[0]?.everySeconds ?? 0;
}

async function ensureBucket(
  server: Server,
  orgId: string,
  there: Bucket | undefined,
  { name, retentionSeconds }: WantedBucket,
): Promise<SchemaStep> {
  const thing = `bucket ${name}`;
  const retentionRules = retentionSeconds === 0 ? [] : [{ type: 'expire', everySeconds: retentionSeconds }];
  if (there === undefined) {
    const description = 'Records of Tidemark';
    await server.ask('POST', 'buckets', { orgID: orgId, name, description, retentionRules });
    return { thing, action: 'created' };
  }
  if (retentionOf(there) === retentionSeconds) return { thing, action: 'unchanged' };
  // An empty list would keep the current retention; 0 removes it.
  const everySeconds = retentionSeconds;
  await server.ask('PATCH', `buckets/${there.id}`, { retentionRules: [{ type: 'expire', everySeconds }] });
  return { thing, action: 'changed' };
}

async function ensureTask(server: Server, orgId: string, name: string, flux: string): Promise<SchemaStep> {
  const thing = `task "${name}"`;
  const query = `orgID=${orgId}&name=${encodeURIComponent(name)}`;
  const { tasks } = await server.ask<{ tasks: readonly Task[] }>('GET', `tasks?${query}`);
  const [there] = tasks;
  if (there === undefined) {
    await server.ask('POST', 'tasks', { orgID: orgId, flux, status: 'active' });
    return { thing, action: 'created' };
  }
  if (there.flux === flux && there.status === 'active') return { thing, action: 'unchanged' };
  await server.ask('PATCH', `tasks/${there.id}`, { flux, status: 'active' });
  return { thing, action: 'changed' };
}

/** The management part of InfluxDB's API. */
class Server {
  readonly #client: InfluxDB;
  readonly #connection: SchemaConnection;

  constructor(connection: SchemaConnection) {
    this.#connection = connection;
    this.#client = new InfluxDB({
      url: connection.url,
      token: connection.token,
      timeout: connection.timeoutMilliseconds,
      transportOptions: { ...tlsOptions(connection.tls ?? {}) },
    });
  }

  async organizationId(): Promise<string> {
    const { organization, url } = this.#connection;
    const query = `orgs?org=${encodeURIComponent(organization)}`;
    const { orgs } = await this.ask<{ orgs: readonly { readonly id: string }[] }>('GET', query);
    const [own] = orgs;
    if (own !== undefined) return own.id;
    throw new ResultsSetupError(
      `InfluxDB at ${url} has no organization "${organization}": correct results.org`,
    );
  }

  async bucket(orgId: string, name: string): Promise<Bucket | undefined> {
    const query = `buckets?orgID=${orgId}&name=${encodeURIComponent(name)}`;
    const { buckets } = await this.ask<{ buckets?: readonly Bucket[] }>('GET', query);
    return buckets?.find((bucket) => bucket.name === name);
  }

  async ask<Answer>(method: string, path: string, body: unknown = ''): Promise<Answer> {
    try {
      return await this.#client.transport.request(`/api/v2/${path}`, body, { method });
    } catch (error) {
      // The name does not exist.
      if (error instanceof HttpError && error.statusCode === 404 && method === 'GET')
        return { orgs: [], buckets: [], tasks: [] } as Answer;
      throw this.#explained(error, `${method} ${path.replace(/\?.*/, '')}`);
    }
  }

  #explained(error: unknown, what: string): Error {
    const where = `InfluxDB at ${this.#connection.url}`;
    if (!(error instanceof HttpError)) {
      const reason = error instanceof Error ? error.message || error.name : String(error);
      return new ResultsSetupError(`${where} can't be reached: ${reason}`, { cause: error });
    }
    const message = error.json?.message ?? error.message;
    const advice =
      error.statusCode === 401 || error.statusCode === 403
        ? '; a token for writing verdicts is not enough: use one that may create buckets and tasks, as in TIDEMARK__RESULTS__TOKEN__ENV=OPERATOR_TOKEN'
        : '';
    return new ResultsSetupError(`${where} answered ${error.statusCode} to ${what}: ${message}${advice}`, {
      cause: error,
    });
  }
}
