import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod/mini';
import { SourceQueryError, SourceUnavailableError } from '../errors.ts';
import { fileVersion } from '../file-version.ts';
import { MalformedLines } from '../malformed-lines.ts';
import { SeriesRecorder } from '../recorded-series.ts';
import { RecordedSource, type Recording } from '../recorded-source.ts';
import { epochSeconds, timeReader } from '../sample-time.ts';

const METRIC_LABEL = '__name__';
const readTime = timeReader('UTC');

/** One line: `{"metric":"cpu","labels":{"host":"a"},"time":1700000000,"value":0.5}`. */
const sampleSchema = z.strictObject({
  metric: z.string().check(z.minLength(1)),
  labels: z._default(z.record(z.string(), z.string()), {}),
  /** Seconds or milliseconds since 1970, or ISO 8601. */
  time: z.union([z.number(), z.string()]),
  /** null is a missing sample. */
  value: z.nullable(z.number()),
});

/** Where the lines come from. */
export interface ManualOptions {
  /** A file, or `-` for `standardInput`, which is read to its end before the first answer. */
  readonly path: string;
  readonly standardInput: Readable;
}

/**
 * Samples handed in as lines of JSON (NDJSON). A query is the name of a metric, the `metric` of its lines. A line that
 * can't be read is skipped and reported with its number.
 */
export function manualSource({ path, standardInput }: ManualOptions): RecordedSource {
  const isStandardInput = path === '-';
  return new RecordedSource({
    name: 'manual',
    version: async () => (isStandardInput ? 'standard input' : fileVersion(path)),
    read: () =>
      readLines(
        isStandardInput ? standardInput : createReadStream(path),
        isStandardInput ? 'standard input' : path,
      ),
    isMeant: ({ labels }, query) => labels[METRIC_LABEL] === query,
  });
}

async function readLines(input: Readable, name: string): Promise<Recording> {
  const malformed = new MalformedLines();
  const recorder = new SeriesRecorder();
  let lines = 0;
  let samples = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      lines += 1;
      if (line.trim() === '') continue;
      samples += 1;
      const problem = record(line.replace(/^\ufeff/, ''), recorder);
      if (problem !== undefined) malformed.add(lines, problem);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SourceUnavailableError(`${name} can't be read: ${reason}`, { cause: error });
  }
  const warnings = malformed.warnings(name);
  if (samples > 0 && malformed.count === samples)
    throw new SourceQueryError(`No line of ${name} could be read: ${warnings.join('; ')}`);
  return { series: recorder.recorded(), warnings };
}

/** @returns what is wrong with the line, if anything is. */
function record(line: string, recorder: SeriesRecorder): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'not JSON; a line is {"metric": "...", "labels": {...}, "time": ..., "value": ...}';
  }
  const parsed = sampleSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join('.') || 'the line'}: ${issue?.message}`;
  }
  const { metric, labels, time, value } = parsed.data;
  const timeSeconds = typeof time === 'number' ? epochSeconds(time) : readTime(time);
  if (!Number.isFinite(timeSeconds)) return `time: "${time}" is not a time`;
  if (value !== null) recorder.column({ ...labels, [METRIC_LABEL]: metric }).push(timeSeconds, value);
  return undefined;
}
