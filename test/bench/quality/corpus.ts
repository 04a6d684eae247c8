import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { NabWindow } from '../../../lib/evaluation/nab-score.ts';
import { CorpusError } from './errors.ts';
import { parseSeriesCsv, type SeriesRows, timeIn } from './series-csv.ts';

/** From where on a series of a set is scored. */
export type WarmUp = { readonly warmUpDays: number } | { readonly warmUpFraction: number };

/** One file of a corpus, not yet read. */
export interface CorpusFile {
  /** Path from the corpus folder on, which names the series: `nab/realAWSCloudwatch/x.csv`, `kpi/y.csv.gz`. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** A file of the Numenta Anomaly Benchmark with its windows as they stand in `windows.json`. */
export interface NabFile extends CorpusFile {
  readonly category: string;
  readonly windowStamps: readonly (readonly [string, string])[];
}

/** A folder of labelled series. */
export interface CorpusSet {
  readonly name: string;
  readonly warmUp: WarmUp;
  readonly files: readonly CorpusFile[];
}

export interface Corpus {
  readonly nab: readonly NabFile[];
  readonly sets: readonly CorpusSet[];
}

/** Which part of a corpus to read. */
export interface CorpusSelection {
  /** Names of folders, `nab` among them; undefined for all. */
  readonly sets?: readonly string[] | undefined;
  /** At most this many files of each folder (of each category of `nab`). */
  readonly limit?: number | undefined;
}

const SERIES_FILE = /\.csv(\.gz)?$/;
const warmUpSchema = z.union([
  z.strictObject({ warmUpDays: z.number().min(0) }),
  z.strictObject({ warmUpFraction: z.number().min(0).max(1) }),
]);
const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/**
 * Lists a folder laid out as `nab/<category>/<file>.csv` with `nab/windows.json`, and any number of other folders of
 * `*.csv.gz` (or `*.csv`), each with an optional `protocol.json`. Folders without such files are no sets.
 *
 * @throws CorpusError when the folder, a named set or a description is missing or malformed.
 */
export function openCorpus(folder: string, selection: CorpusSelection = {}): Corpus {
  if (!existsSync(folder))
    throw new CorpusError(
      folder,
      'there is no such folder',
      'Give the labelled corpus with --corpus, or by the environment variable TIDEMARK_CORPUS.',
    );
  const wanted = (name: string) => selection.sets?.includes(name) ?? true;
  const names = subfolders(folder);
  const unknown = selection.sets?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new CorpusError(folder, `there is no set "${unknown}"`, `Choose among ${names.join(', ')}.`);
  const nab = names.includes('nab') && wanted('nab') ? nabFiles(join(folder, 'nab'), selection.limit) : [];
  const sets = names
    .filter((name) => name !== 'nab' && wanted(name))
    .map((name) => openSet(join(folder, name), selection.limit))
    .filter((set) => set.files.length > 0);
  return { nab, sets };
}

function openSet(folder: string, limit: number | undefined): CorpusSet {
  const protocol = join(folder, 'protocol.json');
  const warmUp = existsSync(protocol)
    ? readJson(protocol, warmUpSchema, 'Write { "warmUpDays": 2 } or { "warmUpFraction": 0.5 }.')
    : { warmUpDays: 2 };
  return { name: basename(folder), warmUp, files: seriesFiles(folder, basename(folder)).slice(0, limit) };
}

function nabFiles(folder: string, limit: number | undefined): NabFile[] {
  const windows = readJson(
    join(folder, 'windows.json'),
    windowsSchema,
    'Write { "<category>/<file>.csv": [["<first time>", "<last time>"]] }.',
  );
  return subfolders(folder).flatMap((category) =>
    seriesFiles(join(folder, category), `nab/${category}`)
      .slice(0, limit)
      .map((file) => {
        const key = `${category}/${basename(file.path).replace(/\.gz$/, '')}`;
        const windowStamps = windows[key];
        if (windowStamps === undefined)
          throw new CorpusError(
            join(folder, 'windows.json'),
            `"${key}" is missing`,
            'Add it, with [] when the file has no anomaly.',
          );
        return { ...file, category, windowStamps };
      }),
  );
}

/**
 * Reads one file, decompressing it when its name ends in `.gz`.
 *
 * @param valueName the column to take the values from.
 * @throws CorpusError naming file and line when it is malformed.
 */
export function readSeries(file: CorpusFile, valueName = 'value'): SeriesRows {
  const bytes = readFileSync(file.path);
  if (!file.path.endsWith('.gz')) return parseSeriesCsv(bytes.toString('utf8'), file.path, valueName);
  let text: string;
  try {
    text = gunzipSync(bytes).toString('utf8');
  } catch {
    throw new CorpusError(file.path, 'this is not a gzip file', 'Compress it again, or name it .csv.');
  }
  return parseSeriesCsv(text, file.path, valueName);
}

/**
 * The windows of a NAB file as rows of that file: from the first row at or after the window's start to the row at its
 * end (of rows with the same time the first one), or the last one before it.
 *
 * @throws CorpusError when a window holds no row.
 */
export function windowsOf(file: NabFile, { timesSeconds }: SeriesRows): NabWindow[] {
  return file.windowStamps.map(([first, last]) => {
    const startSeconds = timeIn(first, file.path);
    const endSeconds = timeIn(last, file.path);
    const firstIndex = timesSeconds.findIndex((time) => time >= startSeconds);
    const endIndex = timesSeconds.indexOf(endSeconds);
    const lastIndex = endIndex >= 0 ? endIndex : timesSeconds.findLastIndex((time) => time <= endSeconds);
    if (firstIndex < 0 || lastIndex < firstIndex)
      throw new CorpusError(
        file.path,
        `no row lies in the window from "${first}" to "${last}"`,
        'Mend the window in windows.json.',
      );
    return { firstIndex, lastIndex };
  });
}

/** The first row that is scored; a fraction is one of the time from the first row to the last. */
export function firstScoredRow(warmUp: WarmUp, timesSeconds: Float64Array): number {
  const first = timesSeconds[0]!;
  const warmUpSeconds =
    'warmUpDays' in warmUp
      ? warmUp.warmUpDays * 86_400
      : warmUp.warmUpFraction * (timesSeconds.at(-1)! - first);
  const index = timesSeconds.findIndex((time) => time >= first + warmUpSeconds);
  return index < 0 ? timesSeconds.length : index;
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function seriesFiles(folder: string, prefix: string): CorpusFile[] {
  return readdirSync(folder)
    .filter((name) => SERIES_FILE.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return { name: `${prefix}/${name}`, path, sizeBytes: statSync(path).size };
    });
}

function readJson<T>(path: string, schema: z.ZodType<T>, remedy: string): T {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CorpusError(path, `it can't be read as JSON (${String(error)})`, remedy);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success)
    throw new CorpusError(path, z.prettifyError(parsed.error).replaceAll('\n', ' '), remedy);
  return parsed.data;
}
