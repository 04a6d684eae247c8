import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url);
const folder = new URL('lib/evaluation/report/', root);

/** File names of the report scripts, without `.js`. */
export const reportScripts = ['page', 'model-page'] as const;

/** Location of the bundled script. */
export function scriptFile(name: (typeof reportScripts)[number]): URL {
  return new URL(`${name}.js`, folder);
}

/** Bundles a page's script into one self-contained file. */
export async function bundleScript(name: (typeof reportScripts)[number]): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: [fileURLToPath(new URL(`browser/${name}.ts`, folder))],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    banner: { js: '// Made by npm run report-scripts from the files in browser/.' },
  });
  return outputFiles[0]?.text ?? '';
}
