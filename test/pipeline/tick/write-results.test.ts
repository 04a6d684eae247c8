import { describe, expect, it } from 'vitest';
import { drainSpool, type WritingPorts, writeOrSpool } from '../../../lib/pipeline/tick/write-results.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { ResultRecord } from '../../../lib/results/result-store.ts';
import { MemoryObjectStore } from '../../../lib/storage/memory-object-store.ts';
import { START_SECONDS, verdictRecord } from '../../contract/verdict-records.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A store that keeps the times of what it was given, and is down on demand. */
function portsOver(needsOrder: boolean) {
  const times: number[] = [];
  const state = { isDown: false };
  const ports: WritingPorts = {
    results: {
      name: 'test',
      needsOrder,
      write: async (records) => {
        if (state.isDown) throw new ResultsUnavailableError('down');
        for (const record of records)
          if (record.measurement === 'verdict') times.push(record.verdict.timeSeconds);
      },
    },
    spool: new ResultSpool(new MemoryObjectStore(), { maximumBytes: 1e6, maximumAgeSeconds: 86_400 }),
    logger: silent,
  };
  return { ports, times, state };
}

const tickAt = (index: number) => ({ shard: 0, timeSeconds: START_SECONDS + 60 * index, metrics: [] });
const recordsAt = (index: number): ResultRecord[] => [
  verdictRecord({ host: 'a' }, { timeSeconds: START_SECONDS + 60 * index }),
];

describe('a store that takes records in their order alone', () => {
  it.each([true, false])('gets nothing newer while older records wait (%s)', async (needsOrder) => {
    const { ports, times, state } = portsOver(needsOrder);
    state.isDown = true;
    const first = await writeOrSpool(ports, tickAt(0), [], recordsAt(0));
    expect(first.spool).toHaveLength(1);
    // It is back, but the spool was not drained in this tick.
    state.isDown = false;
    const second = await writeOrSpool(ports, tickAt(1), first.spool, recordsAt(1));
    expect(second.spooled).toBe(needsOrder ? 1 : 0);
    await drainSpool(ports, 0, second.spool);
    const inOrder = [0, 1].map((index) => START_SECONDS + 60 * index);
    expect(times).toEqual(needsOrder ? inOrder : inOrder.toReversed());
  });

  it('gets the newest at once when nothing waits', async () => {
    const { ports, times } = portsOver(true);
    const written = await writeOrSpool(ports, tickAt(0), [], recordsAt(0));
    expect(written).toMatchObject({ spooled: 0, spool: [] });
    expect(times).toEqual([START_SECONDS]);
  });
});
