import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';

/**
 * The caches that building one server uses: those of the Go tool chain when they hold the server's module already,
 * else caches inside the scratch folder, which are deleted with it (1 to 2 GB).
 * @param module folder with the go.mod that requires the server
 * @param server path of the server's module
 * @returns environment variables of `go`
 */
export async function goCaches(
  module: string,
  server: string,
  scratch: string,
  signal: AbortSignal | undefined,
): Promise<Record<string, string>> {
  const modules = (await runTool('go', ['env', 'GOMODCACHE'], { cwd: module, signal })).trim();
  const goMod = await readFile(join(module, 'go.mod'), 'utf8');
  const version = new RegExp(`^require ${server} (\\S+)$`, 'm').exec(goMod)?.[1];
  const isWarm = await access(join(modules, 'cache/download', server, '@v', `${version}.zip`)).then(
    () => true,
    () => false,
  );
  return isWarm ? {} : { GOMODCACHE: join(scratch, 'modules'), GOCACHE: join(scratch, 'go-build') };
}
