import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { decode, encode } from 'cbor-x';
import { z } from 'zod';
import type { BaselineModel } from '../../../lib/baseline/baseline-model.ts';
import { fitNightly, type NightlyFit } from '../../../lib/pipeline/evaluation/nightly-models.ts';
import type { Samples } from '../../../lib/series/samples.ts';

const storedFitsSchema = z.array(z.object({ fromSeconds: z.number(), record: z.unknown() }));

/** Where fits are kept between runs: `$TIDEMARK_CACHE/fits`, else under `$XDG_CACHE_HOME`, else under `~/.cache`. */
export function fitCacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const caches = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.TIDEMARK_CACHE || join(caches, 'tidemark'), 'fits');
}

/**
 * The nightly fits of a series, from the cache when the same series was fitted by the same model before.
 *
 * @param folder undefined: fit again and keep nothing.
 */
export async function cachedNightlyFits<Model>(
  rows: Samples,
  kind: BaselineModel<Model>,
  folder: string | undefined,
): Promise<{ readonly fits: NightlyFit<Model>[]; readonly isCached: boolean }> {
  if (folder === undefined) return { fits: await fitNightly(rows, kind), isCached: false };
  const path = join(folder, `${keyOf(rows)}.cbor`);
  const cached = readFits(path, kind);
  if (cached !== undefined) return { fits: cached, isCached: true };
  const fits = await fitNightly(rows, kind);
  mkdirSync(folder, { recursive: true });
  // Renamed into place, so that a run that is stopped or another one beside it never leaves half a file.
  const temporary = `${path}.${process.pid}.partial`;
  const stored = fits.map(({ fromSeconds, model }) => ({
    fromSeconds,
    record: model === undefined ? undefined : kind.encode(model),
  }));
  writeFileSync(temporary, encode(stored));
  renameSync(temporary, path);
  return { fits, isCached: false };
}

function readFits<Model>(path: string, kind: BaselineModel<Model>): NightlyFit<Model>[] | undefined {
  try {
    return storedFitsSchema.parse(decode(readFileSync(path))).map(({ fromSeconds, record }) => ({
      fromSeconds,
      model: record === undefined ? undefined : kind.decode(record),
    }));
  } catch {
    // Absent or damaged: it is fitted again and written over.
    return undefined;
  }
}

const root = resolve(import.meta.dirname, '../../..');
/** Everything that a fit depends on: with any change to it no older fit is reused. */
const FIT_SOURCES = [
  'lib/series',
  'lib/prophet',
  'lib/baseline',
  'lib/pipeline/evaluation/nightly-models.ts',
  'package-lock.json',
];
const fingerprint = fingerprintOf(FIT_SOURCES.map((path) => join(root, path)));

function keyOf({ timesSeconds, values }: Samples): string {
  const hash = createHash('sha256').update(fingerprint);
  for (const column of [timesSeconds, values])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex').slice(0, 40);
}

/** A hash of files, or of folders with all files in them. */
function fingerprintOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const isFolder = statSync(path).isDirectory();
    const files = isFolder
      ? readdirSync(path)
          .sort()
          .map((name) => join(path, name))
      : [path];
    for (const file of files) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}
