import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');
const MAXIMUM_BUNDLE_BYTES = 700_000;

interface Synthesis {
  readonly directory: string;
  readonly printed: string;
}

/** `bin/app.ts` as the CDK command line runs it, bundling included. */
async function synthesis(context: Readonly<Record<string, string>>): Promise<Synthesis> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-app-'));
  const cdk: { app: string; context: object } = JSON.parse(
    await readFile(join(REPOSITORY, 'cdk.json'), 'utf8'),
  );
  const [program = '', ...args] = cdk.app.split(' ');
  const { stdout, stderr } = await promisify(execFile)(program, args, {
    cwd: REPOSITORY,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // What npm thinks of the machine's own settings is no matter of the stack.
      npm_config_loglevel: 'error',
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, ...context }),
    },
  });
  return { directory, printed: stdout + stderr };
}

/** Every warning and error that constructs left in the assembly. */
async function complaintsOf({ directory }: Synthesis): Promise<unknown[]> {
  const manifest: { artifacts: Record<string, { metadata?: Record<string, { type: string }[]> }> } =
    JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'));
  return Object.values(manifest.artifacts)
    .flatMap(({ metadata = {} }) => Object.values(metadata).flat())
    .filter(({ type }) => type === 'aws:cdk:warning' || type === 'aws:cdk:error');
}

/** The folder of the code of a construct's function. */
async function assetOf({ directory }: Synthesis, construct: string): Promise<string> {
  const template: { Resources: Record<string, { Type: string; Properties: { Code?: { S3Key: string } } }> } =
    JSON.parse(await readFile(join(directory, 'tidemark.template.json'), 'utf8'));
  const keys = Object.entries(template.Resources)
    .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(construct))
    .map(([, { Properties }]) => Properties.Code?.S3Key);
  expect(keys).toHaveLength(1);
  return join(directory, `asset.${keys[0]?.replace(/\.zip$/, '')}`);
}

describe('bin/app.ts', () => {
  let deployed: Synthesis;
  let local: Synthesis;
  beforeAll(async () => {
    deployed = await synthesis({});
    local = await synthesis({ local: 'true' });
  });
  afterAll(async () => {
    for (const { directory } of [deployed, local]) await rm(directory, { recursive: true, force: true });
  });

  it('synthesizes without a warning, for AWS and for the local cloud', async () => {
    for (const one of [deployed, local]) {
      expect(await complaintsOf(one)).toEqual([]);
      expect(one.printed).not.toMatch(/warn|deprecat/i);
    }
  });

  it.each(['CollectAndDetect', 'Api', 'Retrain'])(
    'bundles the function of %s with the resolved configuration beside it',
    async (construct) => {
      const folder = await assetOf(deployed, construct);
      const stored = JSON.parse(await readFile(join(folder, 'configuration.json'), 'utf8'));
      expect(stored.configuration).toMatchObject({ name: 'tidemark', schedule: { intervalSeconds: 60 } });
    },
  );

  it.each(['CollectAndDetect', 'Api'])(
    `keeps the bundle of %s below ${MAXIMUM_BUNDLE_BYTES / 1000} KB and without WebAssembly`,
    async (construct) => {
      const folder = await assetOf(deployed, construct);
      expect((await readdir(folder)).toSorted()).toEqual([
        'configuration.json',
        'index.mjs',
        'index.mjs.map',
      ]);
      const { size } = await stat(join(folder, 'index.mjs'));
      expect(size).toBeLessThan(MAXIMUM_BUNDLE_BYTES);
      expect(await readFile(join(folder, 'index.mjs'), 'utf8')).not.toMatch(
        /WebAssembly\.(instantiate|compile|Module)/,
      );
    },
  );

  it('lays the WebAssembly of the optimizers beside the function of the retraining alone', async () => {
    const files = await readdir(await assetOf(deployed, 'Retrain'));
    expect(files.filter((file) => file.endsWith('.wasm')).toSorted()).toEqual([
      'prophet-wasmstan.core.wasm',
      'prophet-wasmstan.core2.wasm',
      'prophet_bg.wasm',
    ]);
  });

  it('bundles neither the PromQL grammar nor the sources that read files into any function', async () => {
    const folders = (await readdir(deployed.directory)).filter((name) => name.startsWith('asset.'));
    const maps = folders
      .map((folder) => join(deployed.directory, folder, 'index.mjs.map'))
      .filter(existsSync);
    expect(maps.length).toBeGreaterThan(3);
    const sources: string[] = [];
    for (const map of maps) sources.push(...JSON.parse(await readFile(map, 'utf8')).sources);
    expect(sources.some((source) => source.endsWith('lib/sources/open-source.ts'))).toBe(true);
    expect(sources.filter((source) => /lezer|csv-parse|sources\/(csv|manual)\//.test(source))).toEqual([]);
  });

  it('needs no roles to be assumed on the local cloud', async () => {
    const manifest = await readFile(join(local.directory, 'manifest.json'), 'utf8');
    expect(manifest).not.toContain('assumeRoleArn');
  });
});
