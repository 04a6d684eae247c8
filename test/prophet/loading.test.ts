import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const lib = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'lib');

/** The files that are loaded with an entry point at once, later imports left out. */
async function loadedWith(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [join(lib, entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    splitting: true,
    outdir: 'unused',
    logLevel: 'silent',
  });
  const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint?.endsWith(entry))!;
  const loaded: string[] = [];
  const open = [first];
  for (const output of open) {
    loaded.push(...Object.keys(output.inputs));
    for (const { path, kind, external } of output.imports) {
      if (kind === 'dynamic-import') continue;
      if (external === true) loaded.push(path);
      else open.push(metafile.outputs[path]!);
    }
  }
  return loaded;
}

describe('what is loaded', () => {
  it.each([
    'prophet/forecast.ts',
    'prophet/forecast-times.ts',
    'prophet/model-record.ts',
    'prophet/describe.ts',
  ])('with %s is our own pure code alone', async (entry) => {
    const foreign = (await loadedWith(entry)).filter(
      (path) => !/lib\/(prophet|series)\/[a-z-]+\.ts$/.test(path),
    );
    expect(foreign).toEqual([]);
  });

  it('with the registry of baseline models is no WebAssembly and no package: the first fit brings them', async () => {
    const loaded = await loadedWith('baseline/registry.ts');
    expect(loaded.some((path) => path.endsWith('lib/prophet/forecast.ts'))).toBe(true);
    expect(
      loaded.filter((path) => /augurs|wasmstan|date-holidays|node_modules|prophet\/fit/.test(path)),
    ).toEqual([]);
  });

  it('with a fit is augurs, but neither Stan nor the holidays of the world', async () => {
    const loaded = await loadedWith('prophet/fit.ts');
    expect(loaded).toContain('@bsull/augurs/prophet');
    expect(loaded).not.toContain('@bsull/augurs-prophet-wasmstan');
    expect(loaded).not.toContain('date-holidays');
  });
});
