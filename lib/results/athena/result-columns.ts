import type { ResultRecord } from '../result-store.ts';

/** The type of a column in Athena and in Parquet; a map is JSON text in Parquet. */
export type ColumnType = 'string' | 'double' | 'bigint' | 'boolean' | 'labels' | 'figures';

/** One column of the results in S3. */
export interface ResultColumn {
  readonly name: string;
  /** The key in a line of NDJSON. */
  readonly key: string;
  readonly type: ColumnType;
}

/** A folder of results in S3. */
export type ResultFolder = Exclude<ResultRecord['measurement'], 'tick_outcome' | 'metric_state' | 'baseline'>;

const text = (...keys: string[]) => keys.map((key) => columnOf(key, 'string'));
const number = (...keys: string[]) => keys.map((key) => columnOf(key, 'double'));
const whole = (...keys: string[]) => keys.map((key) => columnOf(key, 'bigint'));
const SERIES = [...text('metric'), columnOf('labels', 'labels'), columnOf('isSimulated', 'boolean')];
const METRIC = [...text('metric'), columnOf('isSimulated', 'boolean')];
const FIGURES = columnOf('fields', 'figures');

/**
 * The columns of each folder of results. The states of metrics are in the folder of the ticks, since they belong to one
 * each; the S3 store keeps no outcomes of ticks and no band ahead.
 */
export const resultColumns: Readonly<Record<ResultFolder, readonly ResultColumn[]>> = {
  verdict: [
    ...SERIES,
    ...whole('timeSeconds'),
    ...number('value'),
    ...text('kind'),
    columnOf('anomalous', 'boolean'),
    ...number('score', 'confidence'),
    ...text('channel'),
    ...number('expected', 'lower', 'upper'),
  ],
  alert: [
    ...SERIES,
    ...text('id', 'incidentId', 'kind'),
    ...whole('timeSeconds', 'onsetSeconds'),
    ...number('value', 'score'),
    ...text('explanation'),
  ],
  tick: [
    ...text('measurement', 'metric'),
    ...whole('shard', 'timeSeconds'),
    ...text('state', 'reason', 'unit'),
    FIGURES,
  ],
  health: [
    ...whole('shard', 'timeSeconds'),
    ...text('role', 'service', 'state'),
    ...whole('sinceSeconds', 'ticks', 'troubles'),
    ...text('reason'),
  ],
  gap: [...text('metric'), ...whole('startSeconds', 'endSeconds', 'skippedSeconds')],
  training: [...METRIC, ...whole('timeSeconds'), ...text('status', 'version', 'reason'), FIGURES],
  evaluation: [...METRIC, ...whole('timeSeconds'), ...text('headline'), FIGURES],
  evaluation_recall: [
    ...METRIC,
    ...whole('timeSeconds'),
    ...text('kind', 'size', 'expects', 'magnitude'),
    FIGURES,
  ],
};

/** Folders with an object for every step, which are worth compacting; the others have few objects a day. */
export const compactedFolders = ['verdict', 'tick', 'health'] as const satisfies readonly ResultFolder[];

/** The folder of the compacted results. */
export function parquetFolder(folder: ResultFolder): string {
  return `${folder}-parquet`;
}

/** `timeSeconds` becomes `time_seconds`: Athena's names have small letters. */
function columnOf(key: string, type: ColumnType): ResultColumn {
  return { name: key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), key, type };
}
