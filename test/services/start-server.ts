import { z } from 'zod';
import { identify, type ProcessIdentity } from '../../lib/storage/process-identity.ts';
import { SERVICES, type SettingsOf } from './catalogue.ts';
import { type Finding, findFirst, PLACE_NAMES } from './find.ts';
import { type Progress, type Step, silentProgress } from './progress.ts';
import { Server } from './server.ts';
import type { ServiceName } from './service.ts';

const OWNER_VARIABLE = 'TIDEMARK_SERVICES_OWNER';
const ownerSchema = z.object({ pid: z.int(), processStart: z.string() });

/** Makes this process the owner of the servers that it and the processes below it start for tests. */
export function becomeOwner(): ProcessIdentity {
  const owner = testOwner();
  process.env[OWNER_VARIABLE] = JSON.stringify(owner);
  return owner;
}

/** The process that test servers must not outlive: the test run, or this process outside of one. */
export function testOwner(): ProcessIdentity {
  const text = process.env[OWNER_VARIABLE];
  return text ? ownerSchema.parse(JSON.parse(text)) : ownerSchema.parse(identify(process.pid));
}

/** What obtaining a service may use. */
export interface ObtainOptions {
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds a service without starting it; downloads or builds it when that is the only way.
 * @param mayShare whether somebody else's running server will do
 * @throws ServiceUnavailableError
 * @throws AddressError when an address in the environment is wrong
 */
export async function findService(
  name: ServiceName,
  step: Step,
  { mayShare, signal }: { mayShare: boolean; signal?: AbortSignal | undefined },
): Promise<Finding> {
  const { title, places, mend } = SERVICES[name];
  const own = places.filter(({ kind }) => mayShare || (kind !== 'environment' && kind !== 'running'));
  return findFirst(title, own, mend, { environment: process.env, step, signal });
}

/**
 * Finds a service, or downloads or builds it, so that starting it later takes no time. Starts nothing.
 * @throws ServiceUnavailableError
 * @throws AddressError when an address in the environment is wrong
 */
export async function fetchService(
  name: ServiceName,
  { progress = silentProgress, signal }: ObtainOptions = {},
): Promise<void> {
  const step = progress.begin(SERVICES[name].title, 'looking for it');
  try {
    const { place } = await findService(name, step, { mayShare: true, signal });
    step.done(`is there (${PLACE_NAMES[place]})`);
  } catch (error) {
    step.failed('unavailable');
    throw error;
  }
}

/** Starting a server of one's own. */
export interface StartServerOptions<Name extends ServiceName> extends ObtainOptions {
  readonly settings?: SettingsOf[Name] | undefined;
  readonly directory?: string | undefined;
  readonly port?: number | undefined;
  readonly shared?: boolean | undefined;
}

/**
 * Starts a server that belongs to the caller alone: it can be stopped, killed and started again, and ends with the
 * caller's block or, at the latest, with the test run. Never somebody else's server.
 *
 * @example
 * await using prometheus = await startServer('prometheus', { settings: { dataDirectory } });
 * @throws ServiceUnavailableError when it is unavailable
 * @throws ServiceStartError when it does not become healthy
 */
export async function startServer<Name extends ServiceName>(
  name: Name,
  options: StartServerOptions<Name> = {},
): Promise<Server<Name, SettingsOf[Name]>> {
  const { progress = silentProgress, signal, settings, directory, port, shared } = options;
  const service = SERVICES[name];
  const step = progress.begin(service.title, 'looking for it');
  try {
    const finding = await findService(name, step, { mayShare: false, signal });
    if (!('program' in finding)) throw new Error(`${service.title}: found no program`);
    const { program, place } = finding;
    const server = new Server(service, {
      program,
      place,
      settings,
      directory,
      port,
      shared,
      owner: testOwner(),
    });
    step.note('starting');
    await server.start(signal);
    step.done(`started on port ${server.record?.port}`);
    return server;
  } catch (error) {
    step.failed('not started');
    throw error;
  }
}
