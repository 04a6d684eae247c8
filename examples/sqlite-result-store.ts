import { DatabaseSync } from 'node:sqlite';
import type { Connection } from '../lib/connections/connection.ts';
import { ResultsUnavailableError } from '../lib/results/errors.ts';
import { identityOfLine, ndjsonLine } from '../lib/results/ndjson-line.ts';
import type { ResultRecord, ResultStore } from '../lib/results/result-store.ts';

const TABLE = `
  create table if not exists record (
    identity text primary key,
    measurement text not null,
    time_seconds real not null,
    body text not null
  ) without rowid;
  create index if not exists record_by_time on record (measurement, time_seconds);
`;
const INSERT =
  'insert or replace into record (identity, measurement, time_seconds, body) values (?, ?, ?, ?)';

/**
 * Results in one SQLite file, to be queried with SQL:
 *
 * ```sql
 * select time_seconds, body ->> 'score' from record
 * where measurement = 'verdict' and body ->> 'anomalous' and body ->> 'metric' = 'cpu_usage';
 * ```
 *
 * The identity of a record is the primary key, so a record that is written twice is stored once, as the port demands.
 */
export class SqliteResultStore implements ResultStore {
  readonly name = 'sqlite';
  readonly #path: string;
  readonly #database: DatabaseSync;

  /**
   * Opens the file, and creates it when it does not exist.
   *
   * @param path the file; its folder must exist.
   * @throws ResultsUnavailableError when it can't be opened.
   */
  constructor(path: string) {
    this.#path = path;
    this.#database = this.#attempt('open', () => {
      const database = new DatabaseSync(path);
      database.exec(TABLE);
      return database;
    });
  }

  async write(records: readonly ResultRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.#attempt('write to', () => {
      const insert = this.#database.prepare(INSERT);
      this.#database.exec('begin immediate');
      try {
        for (const record of records) {
          const line = ndjsonLine(record);
          insert.run(identityOfLine(line), record.measurement, timeOf(record), line);
        }
        this.#database.exec('commit');
      } catch (error) {
        this.#database.exec('rollback');
        throw error;
      }
    });
  }

  async check(): Promise<Connection> {
    return { service: this.name, isUp: this.#database.isOpen, detail: this.#path };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  /** A full disk, a lock or a closed file may pass: the tick keeps the records and tries again later. */
  #attempt<Result>(action: string, call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ResultsUnavailableError(`Could not ${action} the results in ${this.#path}: ${reason}`, {
        cause: error,
      });
    }
  }
}

function timeOf(record: ResultRecord): number {
  if (record.measurement === 'verdict') return record.verdict.timeSeconds;
  return record.measurement === 'gap' ? record.startSeconds : record.timeSeconds;
}
