import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/s3-location.ts';
import { verdictInLine } from './ndjson-verdict-line.ts';
import { linesOfParquet } from './parquet/result-parquet.ts';
import { s3NdjsonLines } from './s3-ndjson-lines.ts';
import type { RecordedVerdict, VerdictHistory, VerdictWindow } from './verdict-history.ts';

/** Reads the verdicts among the results in S3: one object per time or, where they were compacted, per hour. */
export class S3NdjsonVerdictHistory implements VerdictHistory {
  readonly #client: S3Client;
  readonly #location: S3Location;

  constructor(client: S3Client, location: S3Location) {
    this.#client = client;
    this.#location = location;
  }

  async *verdicts({ metric, startSeconds, endSeconds }: VerdictWindow): AsyncGenerator<RecordedVerdict> {
    for await (const line of s3NdjsonLines(
      this.#client,
      this.#location,
      'verdict',
      { startSeconds, endSeconds },
      linesOfParquet,
    )) {
      const verdict = verdictInLine(line);
      if (verdict?.metric !== metric) continue;
      if (verdict.timeSeconds >= startSeconds && verdict.timeSeconds < endSeconds) yield verdict;
    }
  }
}
