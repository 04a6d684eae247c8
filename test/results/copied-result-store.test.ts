import { describe, expect, it } from 'vitest';
import { CopiedResultStore } from '../../lib/results/copied-result-store.ts';
import { ResultsUnavailableError } from '../../lib/results/errors.ts';
import { ResultCopy } from '../../lib/results/result-copy.ts';
import type { ResultRecord, ResultStore } from '../../lib/results/result-store.ts';
import { silentLogger } from '../../lib/telemetry/logger.ts';
import { verdictRecord } from '../contract/verdict-records.ts';

const BAND: ResultRecord = {
  measurement: 'baseline',
  metric: 'cpu',
  labels: {},
  isSimulated: false,
  timeSeconds: 900,
  expected: 1,
  lower: 0,
  upper: 2,
};

/** A store that keeps what it is given, or is down. */
function storeThat({
  isDown = false,
  bandAheadStepSeconds,
}: {
  isDown?: boolean;
  bandAheadStepSeconds?: number;
}) {
  const written: ResultRecord[] = [];
  const store: ResultStore = {
    name: 'test',
    bandAheadStepSeconds,
    write: async (records) => {
      if (isDown) throw new ResultsUnavailableError('down');
      written.push(...records);
    },
    check: async () => ({ service: 'test', isUp: true, detail: '' }),
    [Symbol.asyncDispose]: async () => {},
  };
  const copy = new ResultCopy({
    name: 'copy',
    needsOrder: false,
    bandAheadStepSeconds,
    open: async () => store,
    timeoutMilliseconds: 1000,
    elapsedMilliseconds: () => 0,
  });
  return { written, store, copy };
}

describe('results of trainings and evaluations', () => {
  it('reach every copy, although another one is down', async () => {
    const [record, down, up] = [storeThat({}), storeThat({ isDown: true }), storeThat({})];
    const records = [verdictRecord({})];
    await new CopiedResultStore(record.store, [down.copy, up.copy], silentLogger).write(records);
    expect([record.written, up.written]).toEqual([records, records]);
  });

  it('reach the copies although the record is down, which is said as without copies', async () => {
    const [record, copy] = [storeThat({ isDown: true }), storeThat({})];
    const store = new CopiedResultStore(record.store, [copy.copy], silentLogger);
    await expect(store.write([verdictRecord({})])).rejects.toThrow(ResultsUnavailableError);
    expect(copy.written).toHaveLength(1);
  });

  it('have a band ahead in the stores that keep one, also where that is a copy alone', async () => {
    const [record, copy] = [storeThat({}), storeThat({ bandAheadStepSeconds: 900 })];
    const store = new CopiedResultStore(record.store, [copy.copy], silentLogger);
    expect(store.bandAheadStepSeconds).toBe(900);
    await store.write([BAND]);
    expect([record.written, copy.written]).toEqual([[], [BAND]]);
  });
});
