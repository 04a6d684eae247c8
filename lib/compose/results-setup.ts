import { secretReader } from '../config/read-secret.ts';
import { readTls } from '../config/read-tls.ts';
import type { Configuration } from '../config/schema.ts';
import {
  ensureSchema,
  removeSchema,
  type SchemaOptions,
  type SchemaStep,
} from '../results/influxdb/ensure-schema.ts';

/** The schema of the configured result store. */
export interface ResultsSetup {
  /** Creates and changes what the configuration demands. */
  setUp(options: SchemaOptions): Promise<SchemaStep[]>;
  /** What a setup would do: everything that is not `unchanged` differs from the configuration. */
  check(): Promise<SchemaStep[]>;
  /** Removes it, with all records. */
  tearDown(isDryRun: boolean): Promise<SchemaStep[]>;
}

const nothing: ResultsSetup = {
  setUp: async () => [],
  check: async () => [],
  tearDown: async () => [],
};

/** Wires the schema of the configured result store. Files and S3 have none. */
export function composeResultsSetup(
  { results }: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): ResultsSetup {
  if (results.kind !== 'influxdb') return nothing;
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
