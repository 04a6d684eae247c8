import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../../lib/storage/process-identity.ts';
import { SERVICES, type SettingsOf, STANDARD_SERVICES } from './catalogue.ts';
import { ServiceUnavailableError } from './errors.ts';
import { type Finding, PLACE_NAMES } from './find.ts';
import { isHealthy } from './health.ts';
import { type Progress, type Step, silentProgress } from './progress.ts';
import { makeRecord, ownedBy, readRecords, removeRecord, type ServerRecord, writeRecord } from './records.ts';
import { Server } from './server.ts';
import { freePort } from './server-process.ts';
import { type Addresses, addressText, type ServiceName, servicesDirectory } from './service.ts';
import { findService } from './start-server.ts';

/** Which services to start and how. */
export interface StartServicesOptions {
  /** The standard ones when left out. */
  readonly names?: readonly ServiceName[] | undefined;
  /** Those whose absence is reported but is no error. */
  readonly optional?: readonly ServiceName[] | undefined;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The process that the servers must not outlive; without one they stay until `services down`. */
  readonly owner?: ProcessIdentity | undefined;
}

/** The running services; those that were not asked for, or are optional and absent, are undefined. */
export interface Services extends Partial<Addresses>, AsyncDisposable {
  readonly unavailable: readonly ServiceUnavailableError[];
  /** Whether at least one had to be started. */
  readonly startedSome: boolean;
  /** Ends those that this call started. */
  stop(): Promise<void>;
}

/** A record of a server that works now, or undefined; forgets one that has died. */
async function working<Name extends ServiceName>(
  name: Name,
  record: ServerRecord | undefined,
): Promise<Addresses[Name] | undefined> {
  if (!record?.process || !isRunning(record.process) || !(await isHealthy(record.healthUrl)))
    return undefined;
  return record.service === name ? (record.address as Addresses[Name] | undefined) : undefined;
}

/** Uses a server that somebody else runs, and records it so that `services status` can show it. */
async function adopt<Name extends ServiceName>(
  name: Name,
  { address: url, place }: Extract<Finding, { address: string }>,
  owner: ProcessIdentity | undefined,
  step: Step,
): Promise<Addresses[Name]> {
  const service = SERVICES[name];
  const address = await service.adopt(url, process.env);
  const version = await service.version(url).catch(() => 'unknown');
  const healthUrl = url + service.healthPath;
  const common = {
    title: service.title,
    place,
    healthUrl,
    version,
    owner,
    startedAt: new Date().toISOString(),
  };
  writeRecord(servicesDirectory(), makeRecord(name, address, common));
  step.done(`${version} at ${url} (${PLACE_NAMES[place]})`);
  return address;
}

/** Brings one service up, or finds that it is up. The servers that it starts are added to `started`. */
async function bringUp<Name extends ServiceName>(
  name: Name,
  settings: () => Promise<SettingsOf[Name] | undefined>,
  { progress = silentProgress, signal, owner }: StartServicesOptions,
  started: AsyncDisposable[],
): Promise<Addresses[Name]> {
  const service = SERVICES[name];
  const directory = servicesDirectory();
  const record = ownedBy(readRecords(directory), owner).find(
    (one) => one.service === name && (one.shared ?? false) === (owner !== undefined),
  );
  const step = progress.begin(service.title, 'looking for it');
  try {
    const address = await working(name, record);
    if (record && address) {
      step.done(`${record.version} at ${addressText(address)} (is up already)`);
      return address;
    }
    if (record) removeRecord(directory, record);
    const finding = await findService(name, step, { mayShare: true, signal });
    if ('address' in finding) return await adopt(name, finding, owner, step);
    step.note('starting');
    const server = new Server(service, {
      program: finding.program,
      place: finding.place,
      settings: await settings(),
      directory: join(directory, owner ? `${name}-run-${owner.pid}` : name),
      port: record?.port === undefined ? undefined : await freePort(record.port),
      owner,
      shared: owner !== undefined,
    });
    started.push(server);
    await server.start(signal);
    step.done(`${server.record?.version} at ${addressText(server.address)} (${PLACE_NAMES[finding.place]})`);
    return server.address;
  } catch (error) {
    step.failed(
      signal?.aborted ? 'interrupted' : error instanceof ServiceUnavailableError ? 'unavailable' : 'failed',
    );
    throw error;
  }
}

/**
 * Brings services up side by side: those that run already are kept, those in the environment are used, the others
 * are started. When one that is not optional fails, those that this call started are ended again.
 *
 * @example
 * await using services = await startServices({ names: ['influxdb', 'prometheus'], owner: testOwner() });
 * @throws ServiceUnavailableError, ServiceStartError, AddressError, ToolFailedError, or an AggregateError of several
 * @throws the signal's reason when aborted
 */
export async function startServices(options: StartServicesOptions = {}): Promise<Services> {
  const { names = STANDARD_SERVICES, optional = [], signal } = options;
  const started: AsyncDisposable[] = [];
  const addresses: Partial<Addresses> = {};
  const unavailable: ServiceUnavailableError[] = [];
  const failures: unknown[] = [];
  const stop = async () => {
    await Promise.all(started.splice(0).map((server) => server[Symbol.asyncDispose]()));
  };
  const nothing = async () => undefined;
  const begin = async <Name extends ServiceName>(
    name: Name,
    settings: () => Promise<SettingsOf[Name] | undefined>,
  ) => {
    if (!names.includes(name)) return;
    try {
      addresses[name] = await bringUp(name, settings, options, started);
    } catch (error) {
      if (error instanceof ServiceUnavailableError && optional.includes(name)) unavailable.push(error);
      else failures.push(error);
    }
  };
  const exporter = begin('nodeExporter', nothing);
  await Promise.all([
    exporter,
    begin('prometheus', async () => {
      await exporter;
      return { nodeExporterUrl: addresses.nodeExporter?.url };
    }),
    begin('alertmanager', nothing),
    begin('influxdb', nothing),
    begin('cloud', nothing),
    begin('prometheus3', nothing),
    begin('victoriaMetrics', nothing),
  ]);
  if (failures.length > 0 || signal?.aborted) {
    await stop();
    signal?.throwIfAborted();
    throw failures.length === 1
      ? failures[0]
      : new AggregateError(failures, failures.map(String).join('\n\n'));
  }
  const startedSome = started.length > 0;
  return { ...addresses, unavailable, startedSome, stop, [Symbol.asyncDispose]: stop };
}
