import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FindContext } from '../find.ts';
import { goCaches } from '../go-caches.ts';
import { runTool } from '../run-tool.ts';

/*
 * Debian has Prometheus 2 alone, and no package registry has a binary of Prometheus 3; its sources are a Go module.
 * The module here requires it, because `go install` refuses a module that has a `replace`.
 */

const SERVER = 'github.com/prometheus/prometheus';
/** Without the service discoveries of clouds and orchestrators, whose SDKs are most of what would be compiled. */
const TAGS = ['-tags', 'remove_all_sd'];
/** No optimisation and no debug information: half the compile time. */
const FAST = ['-gcflags', 'all=-N -l -dwarf=false'];
const MODULE_FILES = ['go.mod', 'go.sum', 'tools.go'] as const;

/**
 * Builds Prometheus 3 into a directory.
 * @throws ToolFailedError when go fails
 */
export async function buildPrometheus3({ step, signal }: FindContext, making: string): Promise<void> {
  const scratch = join(making, 'scratch');
  const module = join(scratch, 'module');
  await mkdir(module, { recursive: true });
  for (const name of MODULE_FILES) await copyFile(join(import.meta.dirname, name), join(module, name));
  const env = {
    ...process.env,
    ...(await goCaches(module, SERVER, scratch, signal)),
    GOTOOLCHAIN: 'local',
    // Go writes its module cache read-only, which would keep us from deleting it.
    GOFLAGS: '-buildvcs=false -modcacherw',
    CGO_ENABLED: '0',
  };
  const options = { cwd: module, env, signal };
  step.note('building Prometheus 3 from source (once; some minutes)');
  const version = (await runTool('go', ['list', '-m', '-f', '{{.Version}}', SERVER], options)).trim();
  // The module's version v0.313.2 is Prometheus 3.13.2.
  const [, minor = '0', patch = '0'] = version.replace(/^v/, '').split('.');
  const name = `3.${Number(minor) - 300}.${patch}`;
  const link = ['-ldflags', `-s -w -X github.com/prometheus/common/version.Version=${name}`];
  const output = ['-o', join(making, 'prometheus')];
  await runTool('go', ['build', ...TAGS, ...FAST, ...link, ...output, `${SERVER}/cmd/prometheus`], options);
  step.note('removing the scratch');
  await runTool('rm', ['-rf', scratch]);
}
