import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { FindContext } from '../find.ts';
import { goCaches } from '../go-caches.ts';
import { runTool } from '../run-tool.ts';
import { rustupHome } from './rustup-home.ts';

/*
 * InfluxDB publishes no binary in any package registry, but its sources are a Go module, and the query language that
 * it links (flux, a Rust library) lies inside another one. So influxd is built here from modules and crates alone.
 * The result serves tests: it is compiled for a short build, not for speed.
 */

const SERVER = 'github.com/influxdata/influxdb/v2';
const FLUX = 'github.com/influxdata/flux';
/** The last is flux's own: it leaves out two SQL drivers (Snowflake, SQL Server) that pull in large modules. */
const TAGS = ['-tags', 'sqlite_foreign_keys,sqlite_json,fipsonly'];
/** No optimisation and no debug information: half the compile time. */
const FAST = ['-gcflags', 'all=-N -l -dwarf=false'];
const MODULE_FILES = ['go.mod', 'go.sum', 'tools.go'] as const;
const moduleSchema = z.object({ Version: z.string(), Dir: z.string() });

interface Workshop {
  readonly context: FindContext;
  /** Everything that can be deleted when the binary stands. */
  readonly scratch: string;
  /** A copy of the Go module: the repository itself stays untouched. */
  readonly module: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Finds flux in the module cache and describes its library to pkg-config, which is how Go asks for it. */
async function describeFlux({ context, scratch, module, environment }: Workshop): Promise<string> {
  const { signal } = context;
  const options = { cwd: module, env: environment, signal };
  const { Version, Dir } = moduleSchema.parse(
    JSON.parse(await runTool('go', ['mod', 'download', '-json', FLUX], options)),
  );
  const description = [
    'Name: flux',
    'Description: the Flux language',
    `Version: ${Version.replace(/^v/, '')}`,
    `Libs: -L${join(scratch, 'cargo/release')} -lflux -ldl -lm`,
    `Cflags: -I${join(Dir, 'libflux/include')}`,
  ];
  await mkdir(join(scratch, 'pkg-config'), { recursive: true });
  await writeFile(join(scratch, 'pkg-config/flux.pc'), `${description.join('\n')}\n`);
  return join(Dir, 'libflux');
}

/** Compiles the Rust library. Target and build scripts get the same profile, so that what both need is compiled once. */
async function buildFlux({ context, scratch, environment }: Workshop, sources: string): Promise<void> {
  const profile: Record<string, string> = {};
  for (const prefix of ['CARGO_PROFILE_RELEASE', 'CARGO_PROFILE_RELEASE_BUILD_OVERRIDE']) {
    profile[`${prefix}_OPT_LEVEL`] = '0';
    profile[`${prefix}_CODEGEN_UNITS`] = '16';
  }
  const toolChains = rustupHome(process.env);
  const args = [
    'rustc',
    '--quiet',
    '--release',
    '--locked',
    '--package',
    'flux',
    '--lib',
    '--crate-type',
    'staticlib',
  ];
  await runTool('cargo', args, {
    cwd: sources,
    signal: context.signal,
    env: {
      // flux names a tool chain of its own (rust-toolchain.toml) that rustup would have to download.
      RUSTUP_TOOLCHAIN: 'stable',
      ...(toolChains === undefined ? {} : { RUSTUP_HOME: toolChains }),
      ...environment,
      ...profile,
      CARGO_PROFILE_RELEASE_LTO: 'off',
      CARGO_PROFILE_RELEASE_DEBUG: '0',
      CARGO_TARGET_DIR: join(scratch, 'cargo'),
      CARGO_INCREMENTAL: '0',
      RUSTFLAGS: '--cap-lints allow',
    },
  });
}

/** The packages of the server that don't wait for the Rust library: nothing of theirs links it. */
export function independentPackages(listing: string): string[] {
  return listing
    .split('\n')
    .filter((line) => line && !line.includes('flux/libflux/go/libflux'))
    .map((line) => line.split(' ', 1)[0]!)
    .filter((name) => name !== 'unsafe' && name !== 'C');
}

/** Compiles every Go package that can be compiled while cargo runs. */
async function buildGoPackages({ context, module, environment }: Workshop): Promise<void> {
  const { signal, step } = context;
  const options = { cwd: module, env: environment, signal };
  step.note('downloading the Go modules of influxd (1.2 GB unpacked)');
  const format = '{{.ImportPath}} {{join .Deps " "}}';
  const listing = await runTool(
    'go',
    ['list', ...TAGS, '-deps', '-f', format, `${SERVER}/cmd/influxd`],
    options,
  );
  const packages = independentPackages(listing);
  step.note(`compiling ${packages.length} Go packages beside the Rust library`);
  await runTool('go', ['build', ...TAGS, ...FAST, ...packages], options);
}

/**
 * Builds influxd into a directory.
 * @throws ToolFailedError when go or cargo fails
 */
export async function buildInfluxd(context: FindContext, making: string): Promise<void> {
  const { step, signal } = context;
  const scratch = join(making, 'scratch');
  const module = join(scratch, 'module');
  await mkdir(module, { recursive: true });
  for (const name of MODULE_FILES) await copyFile(join(import.meta.dirname, name), join(module, name));
  const environment = {
    ...process.env,
    ...(await goCaches(module, SERVER, scratch, signal)),
    GOTOOLCHAIN: 'local',
    // Go writes its module cache read-only, which would keep us from deleting it.
    GOFLAGS: '-buildvcs=false -modcacherw',
    CGO_ENABLED: '1',
    CGO_CFLAGS: '-O0 -g0',
    PKG_CONFIG_PATH: [join(scratch, 'pkg-config'), process.env.PKG_CONFIG_PATH].filter(Boolean).join(':'),
  };
  const workshop: Workshop = { context, scratch, module, environment };
  step.note('building influxd from source (once; about four minutes on two cores, 2 GB of scratch)');
  const flux = await describeFlux(workshop);
  const failed = new AbortController();
  const either = { ...workshop, context: { ...context, signal: anySignal(signal, failed.signal) } };
  const stopTheOther = (error: unknown) => {
    failed.abort(error);
    throw error;
  };
  await Promise.all([
    buildFlux(either, flux).catch(stopTheOther),
    buildGoPackages(either).catch(stopTheOther),
  ]);
  step.note('linking influxd');
  const options = { cwd: module, env: environment, signal };
  const version = (await runTool('go', ['list', '-m', '-f', '{{.Version}}', SERVER], options)).trim();
  const link = ['-ldflags', `-s -w -X main.version=${version} -X main.commit=module`];
  await runTool(
    'go',
    ['build', ...TAGS, ...FAST, ...link, '-o', join(making, 'influxd'), `${SERVER}/cmd/influxd`],
    options,
  );
  step.note('removing the scratch');
  await runTool('rm', ['-rf', scratch]);
}

function anySignal(first: AbortSignal | undefined, second: AbortSignal): AbortSignal {
  return first ? AbortSignal.any([first, second]) : second;
}
