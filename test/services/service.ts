import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Place } from './find.ts';

const webAddressSchema = z.object({ url: z.string() });

/** How each service is spoken to, and thereby which services there are. */
export const addressSchemas = {
  prometheus: webAddressSchema,
  nodeExporter: webAddressSchema,
  alertmanager: webAddressSchema,
  influxdb: z.object({ url: z.string(), token: z.string(), org: z.string(), bucket: z.string() }),
  cloud: z.object({ endpoint: z.string(), kind: z.enum(['localstack', 'ministack']) }),
  prometheus3: webAddressSchema,
  victoriaMetrics: webAddressSchema,
};

export type ServiceName = keyof typeof addressSchemas;
export type Addresses = { [Name in ServiceName]: z.infer<(typeof addressSchemas)[Name]> };

/** Where one server lives: its own directory and its own loopback port. */
export interface Site {
  readonly directory: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

/** What a program is started with. */
interface Launch {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** One service behind the one interface that all of them share; each answers instead a file of its own. */
export interface Service<Name extends ServiceName, Settings> {
  readonly name: Name;
  /** What people call it. */
  readonly title: string;
  /** Where it is looked for. */
  readonly places: readonly Place[];
  /** What to do when it is unavailable. */
  readonly mend: string;
  /** Answers with a status below 300 once the server can be used. */
  readonly healthPath: string;
  /** Writes the configuration that the server reads from its directory, and reports its arguments. */
  prepare(site: Site, settings: Settings | undefined): Promise<Launch>;
  /** Sets up a healthy server that was started here, if that is needed, and returns its address. */
  connect(site: Site): Promise<Addresses[Name]>;
  /** The address of a server that somebody else runs. */
  adopt(url: string, environment: Readonly<Record<string, string | undefined>>): Promise<Addresses[Name]>;
  /** The version of a running server. */
  version(url: string): Promise<string>;
}

/** The repository's root. */
export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** Where the records and the files of running servers are kept; git ignores it. */
export function servicesDirectory(): string {
  return process.env.TIDEMARK_SERVICES_DIRECTORY || join(REPOSITORY, '.tidemark', 'services');
}

/** The address of a running server as one text. */
export function addressText(address: Addresses[ServiceName]): string {
  return 'endpoint' in address ? address.endpoint : address.url;
}
