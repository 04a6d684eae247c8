import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCached } from '../cache.ts';
import { findOnPath, type Place, parseVersion } from '../find.ts';
import { runTool } from '../run-tool.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
/** MiniStack's own `Requires-Python`. */
const OLDEST_PYTHON_MINOR = 10;

/** MiniStack from the Python package index, in a virtual environment of its own in the cache. */
export const ministackPlace: Place = {
  kind: 'registry',
  where: 'MiniStack from the Python package index',
  async look(context) {
    const { environment, signal, step } = context;
    const python = findOnPath(['python3', 'python'], environment.PATH);
    if (!python) return { absent: 'python3 is not on the PATH' };
    const version = parseVersion(await runTool(python, ['--version'], { signal })) ?? '0.0.0';
    const [major, minor] = version.split('.').map(Number);
    if (major !== 3 || (minor ?? 0) < OLDEST_PYTHON_MINOR)
      return { absent: `${python} is version ${version}; 3.${OLDEST_PYTHON_MINOR} or newer is needed` };
    const hash = createHash('sha256')
      .update(await readFile(REQUIREMENTS))
      .digest('hex')
      .slice(0, 12);
    const entry = await makeCached(
      join('ministack', `${hash}-python${major}.${minor}`),
      context,
      async (making) => {
        step.note('installing MiniStack with pip (once, about half a minute, 90 MB)');
        await runTool(python, ['-m', 'venv', making], { signal });
        const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
        await runTool(join(making, 'bin/python'), [...pip, '--requirement', REQUIREMENTS], { signal });
      },
    );
    // As a module, because the start script of a virtual environment names the directory in which it was made.
    return {
      program: { kind: 'binary', file: join(entry, 'bin/python'), leadingArguments: ['-m', 'ministack'] },
    };
  },
};
