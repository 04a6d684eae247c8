import { isRunning } from '../../lib/storage/process-identity.ts';
import { PLACE_NAMES } from './find.ts';
import { isHealthy } from './health.ts';
import { orphans, ownedBy, type ServerRecord } from './records.ts';
import { addressText } from './service.ts';

/** One line of `services status`. */
export interface StatusRow {
  readonly name: string;
  readonly version: string;
  readonly address: string;
  readonly pid: number | undefined;
  readonly health: 'healthy' | 'unhealthy' | 'dead';
  readonly found: string;
  readonly startedAt: string;
  /** What makes Tidemark use it: environment variables that override the configuration; none for the others. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Asks each server that stays (and each one that a dead test run left behind) how it is. */
export async function statusRows(records: readonly ServerRecord[]): Promise<StatusRow[]> {
  const left = orphans(records);
  const shown = [...ownedBy(records, undefined), ...left];
  return Promise.all(
    shown.map(async (record) => {
      const dead = record.process !== undefined && !isRunning(record.process);
      const health = dead ? 'dead' : (await isHealthy(record.healthUrl)) ? 'healthy' : 'unhealthy';
      return {
        name: record.title,
        version: record.version,
        address: record.address ? addressText(record.address) : '-',
        pid: record.process?.pid,
        health,
        found:
          PLACE_NAMES[record.place] + (left.includes(record) ? ' (left by a test run; `down` ends it)' : ''),
        startedAt: record.startedAt,
        environment: environmentFor(record),
      };
    }),
  );
}

/** The settings with which Tidemark writes to a server or reads from it. */
function environmentFor(record: ServerRecord): Record<string, string> {
  if (record.service === 'prometheus' && record.address !== undefined)
    return { TIDEMARK__SOURCE__URL: record.address.url };
  if (record.service !== 'influxdb' || record.address === undefined) return {};
  const { url, org, bucket, token } = record.address;
  return {
    TIDEMARK__RESULTS__KIND: 'influxdb',
    TIDEMARK__RESULTS__URL: url,
    TIDEMARK__RESULTS__ORG: org,
    TIDEMARK__RESULTS__BUCKET: bucket,
    TIDEMARK__RESULTS__TOKEN__ENV: 'INFLUXDB_TOKEN',
    INFLUXDB_TOKEN: token,
  };
}

/** Lines for a shell that make Tidemark use the servers; empty where there are none to use. */
export function exportLines(rows: readonly StatusRow[]): string[] {
  return rows
    .filter(({ health }) => health === 'healthy')
    .flatMap(({ environment }) => Object.entries(environment))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`);
}

/** The rows as an aligned table for a terminal. */
export function asTable(rows: readonly StatusRow[]): string {
  const header = ['service', 'version', 'address', 'pid', 'health', 'found as'];
  const cells = rows.map((row) => [
    row.name,
    row.version,
    row.address,
    String(row.pid ?? '-'),
    row.health,
    row.found,
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...cells].map((line) => (line[column] ?? title).length)),
  );
  return [header, ...cells]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
