import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SqliteResultStore } from '../../examples/sqlite-result-store.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import type { ResultRecord } from '../../lib/results/result-store.ts';
import { behavesAsResultStore, type ReadRecord } from '../contract/result-store-behaviour.ts';
import { alertRecord, START_SECONDS, tickRecord, verdictRecord } from '../contract/verdict-records.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemark-sqlite-'));
});
afterAll(() => rm(folder, { recursive: true }));
const newFile = () => {
  files += 1;
  return join(folder, `${files}.db`);
};

function rowsOf(path: string, measurement: ResultRecord['measurement']): ReadRecord[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare('select body from record where measurement = ? order by time_seconds')
    .all(measurement);
  return rows.map(({ body }) => JSON.parse(String(body)));
}

describe('the example of a result store, SQLite', () => {
  behavesAsResultStore(async () => {
    const path = newFile();
    const store = new SqliteResultStore(path);
    return {
      store,
      read: async (measurement) => rowsOf(path, measurement),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  });

  it('stores records that are written twice once, and takes the later ones', async () => {
    const path = newFile();
    await using store = new SqliteResultStore(path);
    const records = [verdictRecord({ host: 'a' }), alertRecord({ host: 'a' }), tickRecord({ faults: 0 })];
    await store.write(records);
    await store.write([...records, verdictRecord({ host: 'a' }, { value: 0.5 })]);
    expect(rowsOf(path, 'verdict')).toMatchObject([{ value: 0.5 }]);
    expect(rowsOf(path, 'alert')).toHaveLength(1);
    expect(rowsOf(path, 'tick')).toHaveLength(1);
  });

  it('answers the query of its documentation', async () => {
    const path = newFile();
    await using store = new SqliteResultStore(path);
    const normal = { anomalous: false, timeSeconds: START_SECONDS + 60 };
    await store.write([verdictRecord({}), verdictRecord({}, normal), verdictRecord({}, {}, 'other')]);
    using database = new DatabaseSync(path, { readOnly: true });
    const rows = database
      .prepare(
        `select time_seconds, body ->> 'score' as score from record
         where measurement = 'verdict' and body ->> 'anomalous' and body ->> 'metric' = 'cpu_usage'`,
      )
      .all();
    expect(rows.map((row) => ({ ...row }))).toEqual([{ time_seconds: START_SECONDS, score: 3.25 }]);
  });

  it('is unavailable where no file can be created, and names it', () => {
    expect(() => new SqliteResultStore('/dev/null/results.db')).toThrow(ResultsUnavailableError);
    expect(() => new SqliteResultStore('/dev/null/results.db')).toThrow('/dev/null/results.db');
  });

  it('stores nothing of a batch that fails, and is unavailable', async () => {
    const path = newFile();
    const store = new SqliteResultStore(path);
    await store[Symbol.asyncDispose]();
    await expect(store.write([verdictRecord({})])).rejects.toThrow(ResultsUnavailableError);
    expect(rowsOf(path, 'verdict')).toEqual([]);
  });
});
