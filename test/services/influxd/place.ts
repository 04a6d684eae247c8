import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedEntry, makeCached } from '../cache.ts';
import { findOnPath, type Place } from '../find.ts';
import { buildInfluxd } from './build.ts';

const TOOLS = ['go', 'cargo', 'gcc', 'pkg-config'] as const;
/** Whatever decides what the binary becomes: a change of one of them asks for a new build. */
const RECIPE = ['go.mod', 'go.sum', 'tools.go', 'build.ts'] as const;

/** influxd 2.7 built from Go modules and crates, once a machine. */
export const influxdBuildPlace: Place = {
  kind: 'registry',
  where: 'build of influxd from Go modules and Rust crates',
  async look(context) {
    const hash = createHash('sha256');
    for (const name of RECIPE) hash.update(await readFile(join(import.meta.dirname, name)));
    const key = join('influxd', `${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`);
    const missing = TOOLS.filter((name) => !findOnPath([name], context.environment.PATH));
    if (missing.length > 0 && !cachedEntry(key)) return { absent: `needs ${missing.join(', ')} on the PATH` };
    const entry = await makeCached(key, context, (making) => buildInfluxd(context, making));
    return { program: { kind: 'binary', file: join(entry, 'influxd') } };
  },
};
