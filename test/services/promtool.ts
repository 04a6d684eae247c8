import { randomUUID } from 'node:crypto';
import { findFirst } from './find.ts';
import { commandLine, currentUser, type Program } from './program.ts';
import type { Step } from './progress.ts';
import { prometheus, promtoolPlaces } from './prometheus.ts';
import { runTool } from './run-tool.ts';

/**
 * Finds promtool, which comes with Prometheus.
 *
 * @throws ServiceUnavailableError when it is unavailable
 */
export async function findPromtool(step: Step, signal?: AbortSignal): Promise<Program> {
  const found = await findFirst('promtool', promtoolPlaces, prometheus.mend, {
    environment: process.env,
    step,
    signal,
  });
  if (!('program' in found)) throw new Error('promtool has no address');
  return found.program;
}

/**
 * Runs it.
 *
 * @param directory the only one that it sees where it runs in a container
 * @throws ToolFailedError with the end of what it printed
 */
export async function promtool(
  program: Program,
  args: readonly string[],
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  const site = { directory, container: `tidemark-promtool-${randomUUID()}`, user: currentUser() };
  const command = commandLine(program, args, site);
  await runTool(command.file, command.args, { signal });
}
