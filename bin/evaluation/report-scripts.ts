import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = new URL('../../', import.meta.url);
const folder = new URL('lib/evaluation/report/', root);

/** The scripts of the reports' pages, by the names of their files without `.js`. */
export const reportScripts = ['page', 'model-page'] as const;

/** Where a page's script lies once it is bundled. */
export function scriptFile(name: (typeof reportScripts)[number]): URL {
  return new URL(`${name}.js`, folder);
}

/** Bundles a page's script into one that stands by itself. */
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
