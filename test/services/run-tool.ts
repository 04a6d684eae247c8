import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ToolFailedError } from './errors.ts';

/** How to run a tool. */
export interface RunToolOptions {
  readonly cwd?: string | undefined;
  /** The whole environment; the caller's own when left out. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Ends the tool and everything that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that the tool prints to standard error. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** What the tool reads on standard input. */
  readonly input?: string | undefined;
}

/** Ends a process group if it is still there. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Runs a tool to its end and returns what it printed to standard output.
 * The tool leads a process group of its own, so that stopping it also stops the compilers that it started.
 * @throws ToolFailedError when it can't be started or ends with another code than 0
 * @throws the signal's reason when aborted
 */
export async function runTool(
  file: string,
  args: readonly string[],
  { cwd, env = process.env, signal, onLine, input }: RunToolOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const command = [file, ...args].join(' ');
  const shown = command.length > 120 ? `${command.slice(0, 117)}...` : command;
  const child = spawn(file, args, { cwd, env: { ...env }, detached: true, stdio: 'pipe' });
  const stop = () => child.pid !== undefined && signalGroup(child.pid, 'SIGTERM');
  signal?.addEventListener('abort', stop);
  let output = '';
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    errors.push(line);
    onLine?.(line);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const ended = await new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, by) =>
        resolve(code === 0 ? undefined : by ? `ended by ${by}` : `exit code ${code}`),
      );
    });
    signal?.throwIfAborted();
    if (ended !== undefined) throw new ToolFailedError(shown, ended, errors.join('\n') || output);
    return output;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
