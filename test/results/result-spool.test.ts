import { describe, expect, it } from 'vitest';
import { missingSample } from '../../lib/detector/monitor-series.ts';
import { ResultSpool } from '../../lib/results/result-spool.ts';
import type { ResultRecord } from '../../lib/results/result-store.ts';
import { gapsOf, type SpooledBatch, withinBounds } from '../../lib/results/spool-bounds.ts';
import { temporaryObjects } from '../models/trained-models.ts';

const bounds = { maximumBytes: 1000, maximumAgeSeconds: 600 };

const noData = (metric: string, timeSeconds: number): ResultRecord => ({
  measurement: 'verdict',
  metric,
  labels: { host: 'a' },
  isSimulated: false,
  verdict: missingSample(timeSeconds),
});

const batch = (timeSeconds: number, sizeBytes = 100): SpooledBatch => ({
  key: `spool/shard-0/${timeSeconds}-ab.bin`,
  timeSeconds,
  recordCount: 1,
  sizeBytes,
});

describe('the spool', () => {
  it('gives back the records as they were, with values that are no numbers', async () => {
    const spool = new ResultSpool(temporaryObjects().objects, bounds);
    const records = [noData('cpu', 60), noData('load', 60)];
    expect(await spool.read(await spool.put(0, 60, records))).toEqual(records);
  });

  it('keeps the same records of a tick once, and other records of the same tick beside them', async () => {
    const { objects } = temporaryObjects();
    const spool = new ResultSpool(objects, bounds);
    const [first, again] = [
      await spool.put(0, 60, [noData('cpu', 60)]),
      await spool.put(0, 60, [noData('cpu', 60)]),
    ];
    expect(again).toEqual(first);
    const other = await spool.put(0, 60, [noData('load', 60)]);
    expect(await objects.list('spool/')).toEqual([first.key, other.key].toSorted());
    expect(await spool.read(first)).toEqual([noData('cpu', 60)]);
  });

  it('knows an object that is gone from one that is damaged', async () => {
    const { objects } = temporaryObjects();
    const spool = new ResultSpool(objects, bounds);
    const kept = await spool.put(0, 60, [noData('cpu', 60)]);
    expect(await spool.read(batch(120))).toBeUndefined();
    const { bytes } = (await objects.get(kept.key))!;
    await objects.put(kept.key, bytes.subarray(0, -1), { kind: 'none' });
    await expect(spool.read(kept)).rejects.toThrow(/spool\/shard-0\/60-.* given up: it has \d+ of \d+ bytes/);
  });

  it('removes leftovers of its shard that are old, and nothing else', async () => {
    const { objects } = temporaryObjects();
    const spool = new ResultSpool(objects, bounds);
    await spool.put(0, 60, [noData('cpu', 60)]);
    const young = await spool.put(0, 4000, [noData('cpu', 4000)]);
    const other = await spool.put(1, 60, [noData('cpu', 60)]);
    const moved = await spool.put(0, 120, [noData('cpu', 120)]);
    await spool.removeLeftovers(0, 4000, async () => new Set([moved.key]));
    expect(await objects.list('spool/')).toEqual([moved.key, young.key, other.key]);
  });
});

describe('the bounds of the spool', () => {
  it('keep everything that is young enough and fits', () => {
    const batches = [batch(0), batch(60)];
    expect(withinBounds(batches, 600, bounds)).toEqual({ kept: batches, givenUp: [] });
  });

  it('give up what is too old', () => {
    const batches = [batch(0), batch(60), batch(120)];
    expect(withinBounds(batches, 661, bounds)).toEqual({
      kept: batches.slice(2),
      givenUp: batches.slice(0, 2),
    });
  });

  it('give up the oldest until the rest fits', () => {
    const batches = [batch(0, 700), batch(60, 300), batch(120, 700)];
    expect(withinBounds(batches, 120, bounds)).toEqual({
      kept: batches.slice(1),
      givenUp: batches.slice(0, 1),
    });
  });
});

describe('the gaps of given up results', () => {
  it('are the stretch of each metric, from its first verdict to the end of its last step', () => {
    const records = [noData('cpu', 120), noData('cpu', 60), noData('load', 60)];
    expect(gapsOf(records, () => 60)).toEqual([
      { measurement: 'gap', metric: 'cpu', startSeconds: 60, endSeconds: 120, skippedSeconds: 120 },
      { measurement: 'gap', metric: 'load', startSeconds: 60, endSeconds: 60, skippedSeconds: 60 },
    ]);
  });
});
