import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** Two for each processor, so that they get their share beside whatever else the machine does. */
const PROCESSES_PER_PROCESSOR = 2;

/**
 * Burns all processors of this machine as a niced job, which no other test does: the share of time that it takes is
 * told apart from theirs.
 *
 * @param boundSeconds when the processes end by themselves, should nobody end them.
 */
export function burnProcessors(boundSeconds: number): AsyncDisposable {
  const program = `require('node:os').setPriority(1); const end = Date.now() + ${boundSeconds * 1000}; while (Date.now() < end);`;
  const processes = Array.from({ length: PROCESSES_PER_PROCESSOR * availableParallelism() }, () =>
    // Each in a session of its own: a kernel that shares processors out among sessions would give them one share together.
    spawn(process.execPath, ['-e', program], { stdio: 'ignore', detached: true }),
  );
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map(ended));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
