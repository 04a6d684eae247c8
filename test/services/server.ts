import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../../lib/storage/process-identity.ts';
import { ServiceStartError } from './errors.ts';
import { untilHealthy } from './health.ts';
import { commandLine, currentUser, type Program } from './program.ts';
import { makeRecord, removeRecord, type ServerRecord, writeRecord } from './records.ts';
import { freePort, spawnServer, stopServer } from './server-process.ts';
import { type Addresses, type Service, type ServiceName, type Site, servicesDirectory } from './service.ts';

const HEALTHY_SECONDS = 60;
/** Between choosing a free port and binding it somebody else may take it. */
const PORT_ATTEMPTS = 3;

/** What a server is made of. */
export interface ServerOptions<Settings> {
  readonly program: Program;
  readonly place: ServerRecord['place'];
  readonly settings?: Settings | undefined;
  /** Holds the server's files; made if it isn't there and removed with the server. A new one when left out. */
  readonly directory?: string | undefined;
  /** A free one when left out. It stays the same over restarts. */
  readonly port?: number | undefined;
  /** The test run that it belongs to; nobody when it shall stay. */
  readonly owner?: ProcessIdentity | undefined;
  /** Whether all tests of the run use it together. */
  readonly shared?: boolean | undefined;
}

/**
 * One server of our own that can be stopped, killed and started again on the same port and files.
 *
 * @example
 * await using influx = await startServer('influxdb');
 * await influx.kill();
 * await influx.start();
 */
export class Server<Name extends ServiceName, Settings> implements AsyncDisposable {
  readonly directory: string;
  readonly #service: Service<Name, Settings>;
  readonly #options: ServerOptions<Settings>;
  readonly #records = servicesDirectory();
  #port: number | undefined;
  #record: ServerRecord | undefined;
  #address: Addresses[Name] | undefined;

  constructor(service: Service<Name, Settings>, options: ServerOptions<Settings>) {
    this.#service = service;
    this.#options = options;
    this.#port = options.port;
    this.directory = options.directory ?? join(this.#records, `${service.name}-${randomUUID().slice(0, 8)}`);
  }

  /** How it is spoken to. @throws Error before the first start */
  get address(): Addresses[Name] {
    if (!this.#address) throw new Error(`${this.#service.title} has not been started yet`);
    return this.#address;
  }

  /** What another process may know of it; undefined while it does not run. */
  get record(): ServerRecord | undefined {
    return this.#record;
  }

  /** Everything that the server has printed so far. */
  async log(): Promise<string> {
    return readFile(join(this.directory, 'server.log'), 'utf8').catch(() => '');
  }

  /**
   * Starts it and waits until it is healthy; does nothing while it runs.
   * @throws ServiceStartError
   * @throws the signal's reason when aborted, with nothing left running
   */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#record?.process && isRunning(this.#record.process)) return;
    await mkdir(this.directory, { recursive: true });
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const port = this.#port ?? (await freePort());
      try {
        await this.#startOn(port, signal);
        this.#port = port;
        return;
      } catch (error) {
        await this.stop();
        const taken = error instanceof ServiceStartError && /address already in use/i.test(error.log);
        if (!taken || this.#port !== undefined || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  async #startOn(port: number, signal: AbortSignal | undefined): Promise<void> {
    const service = this.#service;
    const { program, settings, place, owner, shared } = this.#options;
    const site: Site = { directory: this.directory, port, url: `http://127.0.0.1:${port}` };
    const { args, environment = {} } = await service.prepare(site, settings);
    const container = `tidemark-${service.name.toLowerCase()}-${port}`;
    const command = commandLine(program, args, {
      directory: this.directory,
      container,
      environment,
      user: currentUser(),
    });
    const log = join(this.directory, 'server.log');
    const startedAt = new Date().toISOString();
    const identity = await spawnServer(command, { directory: this.directory, log, environment }).catch(
      (error: unknown) => {
        throw new ServiceStartError(
          service.title,
          error instanceof Error ? error.message : String(error),
          '',
        );
      },
    );
    const common = {
      title: service.title,
      place,
      healthUrl: site.url + service.healthPath,
      startedAt,
      process: identity,
      port,
      container: command.container,
      directory: this.directory,
      owner,
      shared,
    };
    this.#write(makeRecord(service.name, undefined, { ...common, version: 'starting' }));
    if (!(await untilHealthy(common.healthUrl, () => isRunning(identity), HEALTHY_SECONDS, signal))) {
      const reason = isRunning(identity) ? `not healthy after ${HEALTHY_SECONDS} s` : 'it ended by itself';
      throw new ServiceStartError(service.title, reason, await this.log());
    }
    const address = await service.connect(site);
    this.#address = address;
    this.#write(makeRecord(service.name, address, { ...common, version: await service.version(site.url) }));
  }

  #write(record: ServerRecord): void {
    this.#record = record;
    writeRecord(this.#records, record);
  }

  /** Ends it as an operator would; its files stay, so that it can be started again. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const record = this.#record;
    if (!record?.process) return;
    await stopServer(record.process, { container: record.container, signal });
    removeRecord(this.#records, record);
    this.#record = undefined;
  }

  /** Ends it and removes its directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
