import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from '../../lib/storage/process-identity.ts';
import type { CommandLine } from './program.ts';
import { runTool, signalGroup } from './run-tool.ts';

const STOP_SECONDS = 10;
const POLL_MILLISECONDS = 20;
/** What a server gets of our environment: nothing that could be a secret. */
const INHERITED = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot'] as const;

/** A loopback port that is free now: the preferred one if it is. */
export async function freePort(preferred = 0): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', preferred === 0 ? reject : () => resolve(freePort()));
  server.listen(preferred, '127.0.0.1', () => {
    const address = server.address();
    server.close(() =>
      typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port was given')),
    );
  });
  return promise;
}

/**
 * Starts a server that outlives this process, in a process group of its own (so that a Ctrl-C at the terminal does
 * not hit it) and with its output in a log file.
 * @throws an Error when the file can't be executed or the process ended at once
 */
export async function spawnServer(
  { file, args, container, workingDirectory }: CommandLine,
  {
    directory,
    log,
    environment,
  }: { directory: string; log: string; environment: Readonly<Record<string, string>> },
): Promise<ProcessIdentity> {
  const output = openSync(log, 'a');
  const own = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
  // The client of a container engine needs the user's settings; what it starts sees none of them.
  const env = container ? process.env : { ...own, HOME: directory, TMPDIR: directory, ...environment };
  const child = spawn(file, args, {
    cwd: workingDirectory ?? directory,
    env,
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const failure = new Promise<Error>((resolve) => child.on('error', resolve));
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity) return identity;
  throw child.pid === undefined ? await failure : new Error('it ended at once');
}

async function untilGone(identity: ProcessIdentity, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await pause(POLL_MILLISECONDS);
  }
  return true;
}

/**
 * Ends a server and what it started: by SIGTERM, and by SIGKILL when it does not go. Touches nothing when the
 * process has gone already, even if a stranger got its number.
 * @returns whether it was running
 */
export async function stopServer(
  identity: ProcessIdentity,
  { container, signal = 'SIGTERM' }: { container?: string | undefined; signal?: 'SIGTERM' | 'SIGKILL' } = {},
): Promise<boolean> {
  const ran = isRunning(identity);
  if (ran) {
    signalGroup(identity.pid, signal);
    await untilGone(identity, STOP_SECONDS);
    // Also ends whatever is left of its group, such as workers that outlived it.
    signalGroup(identity.pid, 'SIGKILL');
    await untilGone(identity, STOP_SECONDS);
  }
  if (container) await runTool('docker', ['rm', '--force', container]).catch(() => undefined);
  return ran;
}
