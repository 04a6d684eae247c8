import { ToolFailedError } from './errors.ts';
import type { Absent, FindContext, Place } from './find.ts';
import type { Program } from './program.ts';
import { runTool } from './run-tool.ts';

let engine: Promise<true | string> | undefined;

/** True when a Docker engine answers, else why not. A client alone proves nothing. Asked once a process. */
function dockerEngine(): Promise<true | string> {
  engine ??= runTool('docker', ['info', '--format', '{{.ServerVersion}}'], {
    signal: AbortSignal.timeout(10_000),
  }).then(
    (version) => (version.trim() ? true : 'the engine does not answer'),
    (error: unknown) =>
      error instanceof ToolFailedError && !error.message.includes('ENOENT')
        ? `no engine answers (docker info: ${error.output.trim().split('\n').at(-1) ?? 'failed'})`
        : 'docker is not installed or does not answer',
  );
  return engine;
}

/** Pulls an image unless the engine has it. */
async function pull(image: string, { step, signal }: FindContext): Promise<void> {
  try {
    await runTool('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { signal });
  } catch (error) {
    if (!(error instanceof ToolFailedError)) throw error;
    step.note(`pulling ${image}`);
    await runTool('docker', ['pull', '--quiet', image], { signal });
  }
}

/**
 * A container image on a Docker engine.
 * @param refuse reports, before anything is pulled, why this image can't be used although an engine answers
 */
export function dockerPlace(
  program: Extract<Program, { kind: 'container' }>,
  refuse: (context: FindContext) => Absent | undefined = () => undefined,
): Place {
  return {
    kind: 'docker',
    where: `Docker image ${program.image}`,
    async look(context) {
      const answers = await dockerEngine();
      if (answers !== true) return { absent: answers };
      const refused = refuse(context);
      if (refused) return refused;
      await pull(program.image, context);
      return { program };
    },
  };
}
