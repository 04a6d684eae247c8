import { join } from 'node:path';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import { cacheRoot } from './cache.ts';
import { ServiceUnavailableError } from './errors.ts';
import { type FindContext, findFirst, findOnPath, type Place } from './find.ts';
import { silentProgress } from './progress.ts';
import { runTool } from './run-tool.ts';
import type { ObtainOptions } from './start-server.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

const onPath: Place = {
  kind: 'path',
  where: `${NAMES.join(', ')} on the PATH`,
  async look({ environment }) {
    const file = findOnPath(NAMES, environment.PATH);
    return file ? { program: { kind: 'binary', file } } : { absent: 'not found' };
  },
};

async function aptInstall({ step, signal, environment }: FindContext): Promise<void> {
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  const args = ['install', '--yes', '--no-install-recommends', 'chromium'];
  step.note('apt-get install chromium (as root; a browser needs its shared libraries in place)');
  try {
    await runTool('apt-get', args, { env, signal });
  } catch {
    step.note('apt-get update, since the package lists are missing or old');
    await runTool('apt-get', ['update'], { env, signal });
    step.note('apt-get install chromium');
    await runTool('apt-get', args, { env, signal });
  }
}

/** The one package that is installed in the system, because a browser can't be used without its many libraries. */
const debian: Place = {
  kind: 'registry',
  where: 'Debian package chromium',
  async look(context) {
    if (!findOnPath(['apt-get'], context.environment.PATH)) return { absent: 'this machine has no apt-get' };
    if (process.getuid?.() !== 0)
      return { absent: 'only root can install it, for it needs many shared libraries' };
    await withFileLock(join(cacheRoot(), 'apt-install.lock'), () => aptInstall(context), {
      signal: context.signal,
    });
    return onPath.look(context);
  },
};

/**
 * The path of a Chromium for browser tests: on the PATH, or installed from Debian when we are root.
 * @throws ServiceUnavailableError
 */
export async function findChromium({
  progress = silentProgress,
  signal,
}: ObtainOptions = {}): Promise<string> {
  const step = progress.begin('Chromium', 'looking for it');
  const mend = 'apt-get install chromium as root, or put a Chromium or Chrome on the PATH';
  try {
    const found = await findFirst('Chromium', [onPath, debian], mend, {
      environment: process.env,
      step,
      signal,
    });
    if (!('program' in found) || found.program.kind !== 'binary')
      throw new ServiceUnavailableError('Chromium', [], mend);
    step.done(found.program.file);
    return found.program.file;
  } catch (error) {
    step.failed('unavailable');
    throw error;
  }
}
