import { flux, fluxDateTime, HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { type TlsSettings, tlsOptions } from '../../connections/http-transport.ts';
import { ResultsSetupError } from '../errors.ts';

/** The server, with a token that is allowed to create buckets and tasks. */
export interface SchemaConnection {
  readonly url: string;
  /** Its name or its id. */
  readonly organization: string;
  readonly token: string;
  readonly timeoutMilliseconds: number;
  readonly tls?: TlsSettings;
}

/** A bucket as InfluxDB answers it. */
export interface FoundBucket {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly retentionRules: readonly { readonly everySeconds?: number }[];
}

/** A task as InfluxDB answers it. */
export interface FoundTask {
  readonly id: string;
  readonly flux: string;
  readonly status: string;
}

/** The part of InfluxDB's API that manages buckets, tasks and tokens. */
export class InfluxDbManagement {
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

  /** The organisation may be configured by its name or by its id. */
  async organizationId(): Promise<string> {
    const { organization, url } = this.#connection;
    const isId = /^[0-9a-f]{16}$/.test(organization);
    for (const parameter of isId ? ['orgID', 'org'] : ['org']) {
      const query = `orgs?${parameter}=${encodeURIComponent(organization)}`;
      const { orgs } = await this.ask<{ orgs?: readonly { readonly id: string }[] }>('GET', query);
      const [own] = orgs ?? [];
      if (own !== undefined) return own.id;
    }
    throw new ResultsSetupError(
      `InfluxDB at ${url} shows no organization "${organization}" to this token: correct results.org, or use a token of that organization`,
    );
  }

  /** Whether a bucket holds no point at all. */
  async isEmpty(bucket: string): Promise<boolean> {
    const query = flux`import "influxdata/influxdb/schema"

schema.measurements(bucket: ${bucket}, start: ${fluxDateTime(new Date(0).toISOString())}, stop: 100y)`;
    try {
      const rows = await this.#client.getQueryApi(this.#connection.organization).collectRows(query);
      return rows.length === 0;
    } catch (error) {
      throw this.#explained(error, 'a query of the measurements');
    }
  }

  async bucket(orgId: string, name: string): Promise<FoundBucket | undefined> {
    const query = `buckets?orgID=${orgId}&name=${encodeURIComponent(name)}`;
    const { buckets } = await this.ask<{ buckets?: readonly FoundBucket[] }>('GET', query);
    return buckets?.find((bucket) => bucket.name === name);
  }

  async task(orgId: string, name: string): Promise<FoundTask | undefined> {
    const query = `orgID=${orgId}&name=${encodeURIComponent(name)}`;
    const { tasks } = await this.ask<{ tasks: readonly FoundTask[] }>('GET', `tasks?${query}`);
    return tasks[0];
  }

  /** The token with a description; InfluxDB shows its text only when it is made. */
  async authorization(orgId: string, description: string): Promise<{ readonly id: string } | undefined> {
    const { authorizations } = await this.ask<{
      authorizations?: readonly { readonly id: string; readonly description: string }[];
    }>('GET', `authorizations?orgID=${orgId}`);
    return authorizations?.find((one) => one.description === description);
  }

  async ask<Answer>(method: string, path: string, body: unknown = ''): Promise<Answer> {
    try {
      return await this.#client.transport.request(`/api/v2/${path}`, body, { method });
    } catch (error) {
      // The name does not exist.
      if (error instanceof HttpError && error.statusCode === 404 && method === 'GET')
        return { orgs: [], buckets: [], tasks: [], authorizations: [] } as Answer;
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
