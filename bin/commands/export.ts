import { Command, Option } from 'commander';
import { composeAlertHistory } from '../../lib/compose/alert-history.ts';
import { composeHistory } from '../../lib/compose/source.ts';
import { composeVerdictHistory } from '../../lib/compose/verdict-history.ts';
import type { Configuration } from '../../lib/config/schema.ts';
import {
  alertRows,
  type ExportKind,
  type ExportRow,
  type ExportWindow,
  exportColumns,
  exportKinds,
  sampleRows,
  verdictRows,
  windowsOf,
} from '../../lib/pipeline/export/export-rows.ts';
import { ResumableFile } from '../../lib/pipeline/export/resumable-file.ts';
import { textOfRows, writeParquet } from '../../lib/pipeline/export/write-rows.ts';
import { watchedMetric } from '../../lib/pipeline/watch/watched-metric.ts';
import { utcMinute } from '../../lib/series/utc-minute.ts';
import { evaluationContext, instantOf, metricsOf } from '../evaluation/history-options.ts';
import { loadForCommand } from '../load-configuration.ts';
import { Screen } from '../terminal/screen.ts';

const DAY_SECONDS = 86_400;
/** What is asked for at a time: few enough that the samples of thousands of series fit in memory. */
const PART_SECONDS = 900;

interface ExportOptions {
  readonly config: string;
  readonly what: ExportKind;
  readonly format: 'csv' | 'ndjson' | 'parquet';
  readonly metric?: string;
  readonly series?: string;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

/** Gives the rows of one part of the window. */
type Rows = (part: ExportWindow) => AsyncGenerator<ExportRow>;

async function exportCommandLine(options: ExportOptions): Promise<void> {
  const { what, format, out } = options;
  if (format === 'parquet' && out === undefined)
    throw new RangeError('--format parquet needs a file: add --out history.parquet');
  const configuration = await loadForCommand(options.config);
  const endSeconds = instantOf('--to', options.to) ?? Math.floor(Date.now() / 1000);
  const startSeconds = instantOf('--from', options.from) ?? endSeconds - DAY_SECONDS;
  if (startSeconds >= endSeconds) throw new RangeError('--from must be before --to');
  const parts = windowsOf({ startSeconds, endSeconds }, PART_SECONDS);
  const rows = await rowsOf(configuration, options);
  using progress = new ExportProgress(parts.length);
  const counted = (part: ExportWindow) => progress.counting(rows(part));
  const columns = exportColumns[what];
  if (out === undefined || format === 'parquet') {
    const all = everyPart(parts, counted, progress);
    if (format === 'parquet' && out !== undefined) await writeParquet(all, columns, out);
    else if (format !== 'parquet')
      for await (const text of textOfRows(all, columns, format, true)) process.stdout.write(text);
  } else {
    const { metric, series, config } = options;
    const file = await ResumableFile.open(
      out,
      JSON.stringify({ what, format, metric, series, config, startSeconds, endSeconds }),
    );
    progress.done(file.partsWritten);
    for (const [index, part] of parts.entries()) {
      if (index < file.partsWritten) continue;
      await file.writePart(textOfRows(counted(part), columns, format, index === 0));
      progress.done(index + 1);
    }
    await file.complete();
  }
  process.stderr.write(
    `${progress.rows} ${what} from ${utcMinute(startSeconds)} UTC to ${utcMinute(endSeconds)} UTC${out === undefined ? '' : ` in ${out}`}.\n` +
      (progress.rows === 0 ? `Nothing was recorded in that window: check --from, --to and --metric.\n` : ''),
  );
}

async function rowsOf(configuration: Configuration, options: ExportOptions): Promise<Rows> {
  const { what, series, metric } = options;
  const runtime = evaluationContext();
  if (what === 'alerts') {
    const alerts = await composeAlertHistory(configuration, runtime);
    const since = instantOf('--from', options.from) ?? Date.now() / 1000 - DAY_SECONDS;
    // An incident is found by its notifications, which may be later than its onset.
    const incidents = await alerts.incidents(since);
    return async function* (part) {
      yield* alertRows(incidents, part, metric, series);
    };
  }
  const metrics = metricsOf(configuration, metric);
  if (what === 'verdicts') {
    const verdicts = await composeVerdictHistory(configuration, runtime);
    return async function* (part) {
      for (const { name } of metrics) yield* verdictRows(verdicts, name, part, series);
    };
  }
  const source = await composeHistory(configuration, runtime);
  const exported = metrics.map(watchedMetric(configuration));
  return async function* (part) {
    for (const one of exported) yield* sampleRows(source, one, part, series);
  };
}

async function* everyPart(
  parts: readonly ExportWindow[],
  rows: Rows,
  progress: ExportProgress,
): AsyncGenerator<ExportRow> {
  for (const [index, part] of parts.entries()) {
    yield* rows(part);
    progress.done(index + 1);
  }
}

/** The bar on the terminal, and the count of rows. */
class ExportProgress implements Disposable {
  rows = 0;
  readonly #parts: number;
  readonly #screen = new Screen(process.stderr);

  constructor(parts: number) {
    this.#parts = parts;
  }

  async *counting(rows: AsyncIterable<ExportRow>): AsyncGenerator<ExportRow> {
    for await (const row of rows) {
      this.rows += 1;
      yield row;
    }
  }

  done(parts: number): void {
    const share = parts / this.#parts;
    const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░');
    this.#screen.draw([`export  ${bar}  ${Math.round(100 * share)} %, ${this.rows} rows`]);
  }

  [Symbol.dispose](): void {
    this.#screen[Symbol.dispose]();
  }
}

/** `tidemark export`. */
export function exportCommand(): Command {
  return new Command('export')
    .description('write samples, verdicts or alerts to a file: CSV, NDJSON or Parquet')
    .addOption(new Option('--what <kind>', 'what to export').choices(exportKinds).default('verdicts'))
    .addOption(
      new Option('--format <format>', 'form of the rows')
        .choices(['csv', 'ndjson', 'parquet'])
        .default('csv'),
    )
    .option('--metric <name>', 'only this metric; default: all enabled metrics')
    .option('--series <labels>', 'only this series, such as \'{instance="a:9100"}\'')
    .option('--from <time>', 'start; default: one day before --to')
    .option('--to <time>', 'end, not included; default: now')
    .option('--out <file>', 'file to write, compressed when it ends in .gz; default: the standard output')
    .option('-c, --config <file>', 'configuration file', 'config/config.yaml')
    .addHelpText(
      'after',
      `
Samples come from the source; verdicts and alerts from the result store (InfluxDB or NDJSON).
A CSV or NDJSON file that was interrupted is continued by the same command.

Examples:
  tidemark export --metric cpu_usage --from 2026-03-01T00:00:00Z --to 2026-03-08T00:00:00Z --out cpu.csv.gz
  tidemark export --what samples --format parquet --out samples.parquet
  tidemark export --what alerts --format ndjson

Exit codes: 0 written, 1 a problem that the message explains.`,
    )
    .action(exportCommandLine);
}
