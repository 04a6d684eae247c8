import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** CommonJS packages in an ES module still ask for `require`. */
const BANNER =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/**
 * Bundles a program as the deployed functions are (lib/cdk/node-function.ts).
 *
 * @returns the path of the bundle, in the directory.
 */
export async function bundled(entry: string, directory: string): Promise<string> {
  const outfile = join(directory, basename(entry).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    external: [
      'csv-parse',
      ...['ini', 'login', 'process', 'sso', 'web-identity'].map(
        (name) => `@aws-sdk/credential-provider-${name}`,
      ),
    ],
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    logLevel: 'error',
  });
  return outfile;
}
