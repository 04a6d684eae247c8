import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'cbor-x';
import type { Samples } from '../../../lib/series/samples.ts';
import { type BenchBaseline, fitNightly, type NightlyFit } from './nightly-baseline.ts';

/** Where fits are kept between runs: `$TIDEMARK_CACHE/fits`, else under `$XDG_CACHE_HOME`, else under `~/.cache`. */
export function fitCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.TIDEMARK_CACHE || join(caches, 'tidemark'), 'fits');
}

/**
 * Changes with every line of some source files: part of a model's identity, so that no fit of other code is reused.
 *
 * @param paths files, or folders of which all files count.
 */
function fingerprintOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const files = statSync(path).isDirectory()
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** What is fitted when, and on what. */
const SCHEDULE = fingerprintOf([join(import.meta.dirname, 'nightly-baseline.ts')]);

/**
 * The nightly fits of a series, from the cache when the same series was fitted by the same model before.
 *
 * @param folder undefined: fit anew and keep nothing.
 */
export async function cachedNightlyFits(
  rows: Samples,
  baseline: BenchBaseline,
  folder: string | undefined,
): Promise<{ readonly fits: NightlyFit[]; readonly isCached: boolean }> {
  if (folder === undefined) return { fits: await fitNightly(rows, baseline), isCached: false };
  const path = join(folder, `${keyOf(rows, baseline.identity)}.cbor`);
  const cached = readFits(path);
  if (cached !== undefined) return { fits: cached, isCached: true };
  const fits = await fitNightly(rows, baseline);
  mkdirSync(folder, { recursive: true });
  // Renamed into place, so that a run that is stopped or another one beside it never leaves half a file.
  const temporary = `${path}.${process.pid}.partial`;
  writeFileSync(temporary, encode(fits));
  renameSync(temporary, path);
  return { fits, isCached: false };
}

function readFits(path: string): NightlyFit[] | undefined {
  try {
    const fits: unknown = decode(readFileSync(path));
    return Array.isArray(fits) ? (fits as NightlyFit[]) : undefined;
  } catch {
    // Absent or damaged: it is fitted anew and written over.
    return undefined;
  }
}

function keyOf({ timesSeconds, values }: Samples, identity: string): string {
  const hash = createHash('sha256').update(SCHEDULE).update(identity);
  for (const column of [timesSeconds, values])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex').slice(0, 40);
}
