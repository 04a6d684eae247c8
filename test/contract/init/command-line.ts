import { spawn } from 'node:child_process';
import { join } from 'node:path';

const entry = join(import.meta.dirname, '../../../bin/tidemark.ts');

/** What a run of the command line printed, and how it ended. */
export interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs `tidemark` as a process in a folder, without a terminal.
 *
 * @param isEnough when it is so, the command is interrupted as Ctrl-C does it; it runs to its end when left out.
 */
export async function runTidemark(
  folder: string,
  args: readonly string[],
  isEnough?: () => Promise<boolean> | boolean,
): Promise<Run> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, PROMETHEUS_URL: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  let code: number | null | undefined;
  const ended = new Promise<void>((resolve) =>
    child.once('close', (exitCode) => {
      code = exitCode;
      resolve();
    }),
  );
  while (isEnough !== undefined && code === undefined && !(await isEnough()))
    await new Promise((resolve) => setTimeout(resolve, 100));
  if (isEnough !== undefined) child.kill('SIGINT');
  await ended;
  return { code: code ?? null, output, errors };
}
