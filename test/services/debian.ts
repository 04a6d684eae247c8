import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from '../../lib/storage/file-lock.ts';
import { cachedEntry, cacheRoot, makeCached } from './cache.ts';
import { ToolFailedError } from './errors.ts';
import { type FindContext, findOnPath, type Place } from './find.ts';
import { runTool } from './run-tool.ts';

/** `debian-12-x64` and the like: which release a downloaded package belongs to. */
async function release(): Promise<string | undefined> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(text)?.[1];
  const [id, version] = [field('ID'), field('VERSION_ID')];
  return id && `${id}-${version ?? 'rolling'}-${process.arch}`;
}

/** Our own package lists, so that they can be fetched without root and without touching the system's. */
function ownLists(): string[] {
  const root = join(cacheRoot(), 'apt');
  return ['-o', `Dir::State::Lists=${join(root, 'lists')}`, '-o', `Dir::Cache=${join(root, 'cache')}`];
}

async function download(name: string, directory: string, { step, signal }: FindContext): Promise<void> {
  const get = (lists: readonly string[]) =>
    runTool('apt-get', [...lists, '-o', 'APT::Sandbox::User=root', 'download', name], {
      cwd: directory,
      signal,
    });
  step.note(`downloading ${name} from Debian`);
  try {
    await get([]);
  } catch (error) {
    if (!(error instanceof ToolFailedError)) throw error;
    step.note(
      'apt-get update (package lists are missing or old; into our own cache, the system stays as it is)',
    );
    const lists = ownLists();
    await withFileLock(
      join(cacheRoot(), 'apt.lock'),
      async () => {
        await runTool('mkdir', [
          '-p',
          join(cacheRoot(), 'apt/lists/partial'),
          join(cacheRoot(), 'apt/cache'),
        ]);
        await runTool('apt-get', [...lists, '-o', 'APT::Sandbox::User=root', 'update'], { signal });
      },
      { signal },
    );
    step.note(`downloading ${name} from Debian`);
    await get(lists);
  }
}

/**
 * The same path of the same length, but relative: `/usr/share/x` becomes `usr/share//x`. A program in which it is
 * exchanged finds its files below the directory in which it is started.
 */
export function relativeTwin(path: string): string {
  const last = path.lastIndexOf('/');
  return `${path.slice(1, last)}/${path.slice(last)}`;
}

/** Exchanges an absolute path that was compiled into a program, since nothing is installed where it points to. */
async function relocate(program: string, path: string): Promise<void> {
  // Byte for byte: in this encoding every byte is one character and comes out as it went in.
  const content = await readFile(program, 'latin1');
  await writeFile(program, content.replaceAll(path, relativeTwin(path)), 'latin1');
}

/**
 * A Debian package that is downloaded and unpacked into the cache: never installed, so it needs no root and starts
 * no system service. Only for programs that need nothing but libc.
 * @param file the program's path inside the package
 * @param ownFiles a directory of the package that the program reads by an absolute path
 */
export function debianPlace(name: string, file: string, ownFiles?: string): Place {
  return {
    kind: 'registry',
    where: `Debian package ${name}`,
    async look(context) {
      const from = await release();
      if (!from || !findOnPath(['apt-get'], context.environment.PATH))
        return { absent: 'this machine has no apt-get' };
      const key = join(from, name);
      const directory =
        cachedEntry(key) ??
        (await makeCached(key, context, async (making) => {
          await download(name, making, context);
          const { signal } = context;
          const archives = await runTool('find', [making, '-name', '*.deb'], { signal });
          for (const archive of archives.trim().split('\n')) {
            await runTool('dpkg', ['-x', archive, making], { signal });
            await rm(archive);
          }
          if (ownFiles) await relocate(join(making, file), ownFiles);
        }));
      return { program: { kind: 'binary', file: join(directory, file), workingDirectory: directory } };
    },
  };
}
