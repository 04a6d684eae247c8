import type { S3Location } from '../../config/s3-location.ts';
import {
  type ColumnType,
  compactedFolders,
  parquetFolder,
  type ResultColumn,
  type ResultFolder,
  resultColumns,
} from './result-columns.ts';

/** One statement for Athena, and the object that it is kept in. */
export interface TableDefinition {
  readonly key: string;
  /** `table tidemark_verdict_recent`. */
  readonly thing: string;
  readonly sql: string;
}

const HIVE_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'string',
  double: 'double',
  bigint: 'bigint',
  boolean: 'boolean',
  labels: 'map<string,string>',
  figures: 'map<string,double>',
};
const IN_PARQUET: Readonly<Record<ColumnType, string>> = {
  ...HIVE_TYPES,
  labels: 'string',
  figures: 'string',
};

const JSON_FORMAT = (
  columns: readonly ResultColumn[],
) => `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'false',
${columns
  .filter(({ name, key }) => name !== key)
  .map(({ name, key }) => `  'mapping.${name}' = '${key}',\n`)
  .join('')}  'ignore.malformed.json' = 'true'
)
STORED AS TEXTFILE`;

/**
 * The statements that make the results in S3 tables of Athena, with a partition a day that is known without a crawler. A
 * folder that is compacted has a table of its lines, one of its Parquet objects, and a view of both under the plain name.
 *
 * @param name of the installation: the beginning of the names of the tables.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export function tableDefinitions(name: string, location: S3Location): TableDefinition[] {
  const prefix = name.replaceAll('-', '_');
  return (Object.keys(resultColumns) as ResultFolder[]).flatMap((folder) => {
    const columns = resultColumns[folder];
    const plain = `${prefix}_${folder}`;
    const isCompacted = (compactedFolders as readonly string[]).includes(folder);
    const lines = (table: string) =>
      tableOf(location, folder, { table, columns, types: HIVE_TYPES, format: JSON_FORMAT(columns) });
    if (!isCompacted) return [definition(location, `1-${folder}`, `table ${plain}`, lines(plain))];
    const [recent, compacted] = [`${plain}_recent`, `${plain}_compacted`];
    const parquet = { table: compacted, columns, types: IN_PARQUET, format: 'STORED AS PARQUET' };
    return [
      definition(location, `1-${folder}-recent`, `table ${recent}`, lines(recent)),
      definition(
        location,
        `1-${folder}-compacted`,
        `table ${compacted}`,
        tableOf(location, parquetFolder(folder), parquet),
      ),
      definition(location, `2-${folder}`, `view ${plain}`, viewOf(plain, recent, compacted, columns)),
    ];
  });
}

function definition({ prefix }: S3Location, file: string, thing: string, sql: string): TableDefinition {
  return { key: `${prefix}athena/${file}.sql`, thing, sql: `${sql};\n` };
}

function tableOf(
  { bucket, prefix }: S3Location,
  folder: string,
  of: {
    readonly table: string;
    readonly columns: readonly ResultColumn[];
    readonly types: Readonly<Record<ColumnType, string>>;
    readonly format: string;
  },
): string {
  const place = `s3://${bucket}/${prefix}${folder}/`;
  return `CREATE EXTERNAL TABLE IF NOT EXISTS ${of.table} (
${of.columns.map(({ name, type }) => `  \`${name}\` ${of.types[type]}`).join(',\n')}
)
PARTITIONED BY (\`day\` string)
${of.format}
LOCATION '${place}'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.day.type' = 'date',
  'projection.day.format' = 'yyyy-MM-dd',
  'projection.day.range' = '2020-01-01,NOW+1DAY',
  'projection.day.interval' = '1',
  'projection.day.interval.unit' = 'DAYS',
  'storage.location.template' = '${place}date=\${day}/'
)`;
}

/** Labels and figures are JSON text in the view: json_extract_scalar(labels, '$.instance'). */
function viewOf(view: string, recent: string, compacted: string, columns: readonly ResultColumn[]): string {
  const selected = (isText: boolean) =>
    columns
      .map(({ name, type }) =>
        isText || IN_PARQUET[type] === HIVE_TYPES[type]
          ? `"${name}"`
          : `json_format(CAST("${name}" AS JSON)) AS "${name}"`,
      )
      .join(', ');
  return `CREATE OR REPLACE VIEW ${view} AS
SELECT ${selected(false)}, "day" FROM ${recent}
UNION ALL
SELECT ${selected(true)}, "day" FROM ${compacted}`;
}
