import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedEntry, makeCached } from '../cache.ts';
import { findOnPath, type Place } from '../find.ts';
import { buildPrometheus3 } from './build.ts';

/** Whatever decides what the binary becomes: a change of one of them asks for a new build. */
const RECIPE = ['go.mod', 'go.sum', 'tools.go', 'build.ts'] as const;

/** Prometheus 3 built from Go modules, once a machine. */
export const prometheus3BuildPlace: Place = {
  kind: 'registry',
  where: 'build of Prometheus 3 from Go modules',
  async look(context) {
    const hash = createHash('sha256');
    for (const name of RECIPE) hash.update(await readFile(join(import.meta.dirname, name)));
    const version = `${hash.digest('hex').slice(0, 12)}-${process.platform}-${process.arch}`;
    const key = join('prometheus-3', version);
    if (!findOnPath(['go'], context.environment.PATH) && !cachedEntry(key))
      return { absent: 'needs go on the PATH' };
    const entry = await makeCached(key, context, (making) => buildPrometheus3(context, making));
    return { program: { kind: 'binary', file: join(entry, 'prometheus') } };
  },
};
