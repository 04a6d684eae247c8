import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isRunning, type ProcessIdentity } from '../../lib/storage/process-identity.ts';
import { PLACE_ORDER } from './find.ts';
import { type Addresses, addressSchemas, type ServiceName } from './service.ts';

const identitySchema = z.object({ pid: z.int().positive(), processStart: z.string() });

const commonSchema = z.object({
  title: z.string(),
  place: z.enum(PLACE_ORDER),
  /** What is asked to know whether it still works. */
  healthUrl: z.string(),
  startedAt: z.iso.datetime(),
  version: z.string(),
  /** Absent when somebody else runs the server. */
  process: identitySchema.optional(),
  port: z.int().optional(),
  container: z.string().optional(),
  directory: z.string().optional(),
  /** The process that it must not outlive (a test run); absent for a server that stays until `services down`. */
  owner: identitySchema.optional(),
  /** Whether all tests of the run use it together. */
  shared: z.boolean().optional(),
});

const recordSchema = z.discriminatedUnion('service', [
  commonSchema.extend({ service: z.literal('prometheus'), address: addressSchemas.prometheus.optional() }),
  commonSchema.extend({
    service: z.literal('nodeExporter'),
    address: addressSchemas.nodeExporter.optional(),
  }),
  commonSchema.extend({
    service: z.literal('alertmanager'),
    address: addressSchemas.alertmanager.optional(),
  }),
  commonSchema.extend({ service: z.literal('influxdb'), address: addressSchemas.influxdb.optional() }),
  commonSchema.extend({ service: z.literal('cloud'), address: addressSchemas.cloud.optional() }),
  commonSchema.extend({ service: z.literal('prometheus3'), address: addressSchemas.prometheus3.optional() }),
  commonSchema.extend({
    service: z.literal('victoriaMetrics'),
    address: addressSchemas.victoriaMetrics.optional(),
  }),
]);

/** What is known of one server, so that another process can find, judge and stop it. */
export type ServerRecord = z.infer<typeof recordSchema>;

function pathOf(directory: string, record: ServerRecord): string {
  return join(directory, `${record.service}-${record.process?.pid ?? 'external'}.json`);
}

/** Builds a record whose address fits its service; without an address while the server is starting. */
export function makeRecord<Name extends ServiceName>(
  service: Name,
  address: Addresses[Name] | undefined,
  common: z.infer<typeof commonSchema>,
): ServerRecord {
  return recordSchema.parse({ ...common, service, address });
}

/**
 * Writes a record, at once: between the start of a server and its record nothing else may happen, or an interruption
 * there would leave a server that nobody knows of. It may hold a token, so only its owner can read it.
 */
export function writeRecord(directory: string, record: ServerRecord): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(pathOf(directory, record), `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}

/** Forgets a server. */
export function removeRecord(directory: string, record: ServerRecord): void {
  rmSync(pathOf(directory, record), { force: true });
}

/** All records of a directory; a file that is no record (cut short by a crash, say) is skipped. */
export function readRecords(directory: string): ServerRecord[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      try {
        return [recordSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8')))];
      } catch {
        return [];
      }
    });
}

/** The records of one owner, or of nobody (the servers of `services up`). */
export function ownedBy(
  records: readonly ServerRecord[],
  owner: ProcessIdentity | undefined,
): ServerRecord[] {
  return records.filter(
    (record) => record.owner?.pid === owner?.pid && record.owner?.processStart === owner?.processStart,
  );
}

/** The records of servers whose owner died without ending them. */
export function orphans(
  records: readonly ServerRecord[],
  runs: typeof isRunning = isRunning,
): ServerRecord[] {
  return records.filter(({ owner }) => owner !== undefined && !runs(owner));
}
