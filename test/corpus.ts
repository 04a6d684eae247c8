import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Samples } from '../lib/series/samples.ts';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** One recorded series of the labelled corpus. */
export interface CorpusSeries {
  /** Folder and file without its ending: `realAWSCloudwatch/ec2_cpu_utilization_24ae8d`. */
  readonly name: string;
  readonly samples: Samples;
}

/** The corpus' folder: TIDEMARK_CORPUS, or ../shared/corpus beside the repository; undefined when neither is there. */
export function corpusFolder(): string | undefined {
  const folder = process.env.TIDEMARK_CORPUS ?? join(repository, '..', 'shared', 'corpus');
  return existsSync(folder) ? folder : undefined;
}

/** What to print where a test or a bench needs the corpus and it is absent. */
export const corpusAbsent =
  'The labelled corpus is not here: set TIDEMARK_CORPUS to its folder, or put it at ../shared/corpus.';

/**
 * The series of the Numenta Anomaly Benchmark, by name.
 *
 * @param folder the corpus, or its folder `nab` itself.
 */
export function nabSeries(folder: string): readonly CorpusSeries[] {
  const inCorpus = join(folder, 'nab');
  const root = existsSync(inCorpus) ? inCorpus : folder;
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(root, name))
        .filter((file) => file.endsWith('.csv'))
        .map((file) => ({
          name: `${name}/${file.slice(0, -4)}`,
          samples: readNabCsv(join(root, name, file)),
        })),
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function readNabCsv(file: string): Samples {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const times = rows.map((row) => Date.parse(`${row.split(',')[0]!.replace(' ', 'T')}Z`) / 1000);
  return {
    timesSeconds: Float64Array.from(times),
    values: Float64Array.from(rows, (row) => Number(row.split(',')[1])),
  };
}
