import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import { type S3Location, s3Location } from '../config/s3-location.ts';
import type { Configuration } from '../config/schema.ts';
import { ensureDefinitions, removeDefinitions } from '../results/athena/ensure-definitions.ts';
import { ensureSchema, removeSchema } from '../results/influxdb/ensure-schema.ts';
import type { SchemaOptions, SchemaStep } from '../results/results-schema.ts';
import { s3Client } from '../storage/s3-client.ts';

/** The schema of one result store. */
export interface ResultsSetup {
  /** Creates and changes what the configuration demands. */
  setUp(options: SchemaOptions): Promise<SchemaStep[]>;
  /** What a setup would do: everything that is not `unchanged` differs from the configuration. */
  check(): Promise<SchemaStep[]>;
  /** Removes it: in InfluxDB with all records, in S3 the table definitions alone. */
  tearDown(isDryRun: boolean): Promise<SchemaStep[]>;
}

/** A result store and its schema. */
export interface NamedResultsSetup extends ResultsSetup {
  /** `results`, or the name of the copy. */
  readonly store: string;
  /** What and where it is, for a person. */
  readonly place: string;
}

type ResultsSettings = Configuration['results'];
type Environment = Readonly<Record<string, string | undefined>>;

const nothing: ResultsSetup = {
  setUp: async () => [],
  check: async () => [],
  tearDown: async () => [],
};

/** Wires the schemas of the record and of its copies. */
export function composeResultsSetups(
  configuration: Configuration,
  environment: Environment,
): NamedResultsSetup[] {
  const { name, results, resultCopies } = configuration;
  return Object.entries({ results, ...resultCopies }).map(([store, settings]) => ({
    store,
    place: `${settings.kind} ${placeOf(settings)}`.trim(),
    ...composeResultsSetup({ name, results: settings }, environment),
  }));
}

/** Wires the schema of one result store. Files, the log and Prometheus have none. */
export function composeResultsSetup(
  { name, results }: Pick<Configuration, 'name' | 'results'>,
  environment: Environment,
): ResultsSetup {
  if (results.kind === 'influxdb') return influxDbSetup(results, environment);
  const location = results.kind === 'ndjson' ? s3Location(results.directory) : undefined;
  return location === undefined ? nothing : tablesSetup(name, location);
}

function influxDbSetup(
  results: Extract<ResultsSettings, { kind: 'influxdb' }>,
  environment: Environment,
): ResultsSetup {
  const connect = async () => {
    const secrets = secretReader(environment);
    return {
      url: results.url,
      organization: results.org,
      token: await secrets.read(results.token),
      timeoutMilliseconds: results.timeoutSeconds * 1000,
      tls: await readTls(results.tls, secrets),
    };
  };
  return {
    setUp: async (options) => ensureSchema(await connect(), results, options),
    check: async () =>
      ensureSchema(await connect(), results, { mayShorten: true, isDryRun: true, withTokens: false }),
    tearDown: async (isDryRun) => removeSchema(await connect(), results, isDryRun),
  };
}

function tablesSetup(name: string, location: S3Location): ResultsSetup {
  const client = s3Client({ maxAttempts: 3 });
  return {
    setUp: ({ isDryRun }) => ensureDefinitions(client, location, name, isDryRun),
    check: () => ensureDefinitions(client, location, name, true),
    tearDown: (isDryRun) => removeDefinitions(client, location, name, isDryRun),
  };
}

function placeOf(results: ResultsSettings): string {
  switch (results.kind) {
    case 'influxdb':
      return `${results.url}, bucket ${results.bucket}`;
    case 'prometheus-remote-write':
      return results.url;
    case 'ndjson':
      return results.directory;
    case 'log':
      return '';
  }
}
