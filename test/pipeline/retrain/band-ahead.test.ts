import { describe, expect, it } from 'vitest';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { writeBandAhead } from '../../../lib/pipeline/retrain/band-ahead.ts';
import type { BaselineRecord } from '../../../lib/results/result-store.ts';
import { MemoryObjectStore } from '../../../lib/storage/memory-object-store.ts';
import { RecordedResults } from '../tick/recorded-results.ts';
import { DAY, FunctionSource, metric, midnight, trainOnce } from '../training/training-run.ts';

const STEP = 900;

/** Results that keep a band ahead, at a quarter of an hour. */
class BandResults extends RecordedResults {
  readonly bandAheadStepSeconds = STEP;

  get bands(): BaselineRecord[] {
    return this.records.filter((record) => record.measurement === 'baseline');
  }
}

/** A daily wave around 50 with an amplitude of 20, highest at six in the morning. */
const wave = (timeSeconds: number) => 50 + 20 * Math.sin((2 * Math.PI * timeSeconds) / DAY);
const source = new FunctionSource(['a', 'b'], (_, host, time) => wave(time) + (host === 'a' ? 0 : 100));

async function trained(timeSeconds = midnight) {
  const results = new BandResults();
  const objects = new MemoryObjectStore();
  await trainOnce(objects, source, timeSeconds, [metric()], { results });
  return { results, objects };
}

describe('the band of the next day', () => {
  const atMidnight = trained();

  it('is written by a retraining: each series at every step of the coming 24 hours', async () => {
    const { results } = await atMidnight;
    for (const host of ['a', 'b']) {
      const times = results.bands
        .filter(({ labels }) => labels.host === host)
        .map(({ timeSeconds }) => timeSeconds);
      expect(times).toEqual(Array.from({ length: 96 }, (_, index) => midnight + index * STEP));
    }
    expect(new Set(results.bands.map((record) => record.metric))).toEqual(new Set(['cpu_usage']));
  });

  it('is what the model in use expects', async () => {
    const { results } = await atMidnight;
    for (const { labels, timeSeconds, expected, lower, upper } of results.bands) {
      const value = wave(timeSeconds) + (labels.host === 'a' ? 0 : 100);
      expect(Math.abs(expected - value)).toBeLessThan(2);
      expect(lower).toBeLessThanOrEqual(expected);
      expect(upper).toBeGreaterThanOrEqual(expected);
    }
    expect(results.bands.length).toBeGreaterThan(0);
  });

  it('covers 36 hours after a retraining in the evening', async () => {
    const { results } = await trained(midnight + 20 * 3600);
    const last = Math.max(...results.bands.map(({ timeSeconds }) => timeSeconds));
    expect(last).toBe(midnight + 20 * 3600 + 36 * 3600 - STEP);
  });

  it('has the times of the retraining before, so that it replaces its points', async () => {
    const { results: first, objects } = await atMidnight;
    const before = new Set(first.bands.map(({ timeSeconds }) => timeSeconds));
    const results = new BandResults();
    await writeBandAhead({ models: new ModelStore(objects), results }, 'cpu_usage', midnight + 3600 + 7);
    const shared = results.bands.filter(({ timeSeconds }) => before.has(timeSeconds));
    expect(shared).toHaveLength(2 * (96 - 5));
  });

  it('does not reach outside of the domain', async () => {
    const { objects } = await atMidnight;
    const results = new BandResults();
    const ports = { models: new ModelStore(objects), results };
    await writeBandAhead(ports, 'cpu_usage', midnight, { minimum: 40, maximum: 60 });
    const ofA = results.bands.filter(({ labels }) => labels.host === 'a');
    for (const { expected, lower, upper } of ofA)
      for (const value of [expected, lower, upper]) {
        expect(value).toBeGreaterThanOrEqual(40);
        expect(value).toBeLessThanOrEqual(60);
      }
    expect(ofA).toHaveLength(96);
  });

  it('is not written to a store that keeps none, nor for a metric without models', async () => {
    const plain = new RecordedResults();
    const objects = new MemoryObjectStore();
    await trainOnce(objects, source, midnight, [metric()], { results: plain });
    expect(plain.records.map(({ measurement }) => measurement)).toEqual(['training']);
    const results = new BandResults();
    await writeBandAhead({ models: new ModelStore(objects), results }, 'other', midnight);
    expect(results.records).toEqual([]);
  });

  it('does not keep a retraining from its report when it can not be written', async () => {
    const results = new BandResults();
    const write = results.write.bind(results);
    results.write = async (records) => {
      if (records.some(({ measurement }) => measurement === 'baseline')) throw new Error('down');
      await write(records);
    };
    const errors: string[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (message: string) => void errors.push(message),
    };
    const outcomes = await trainOnce(new MemoryObjectStore(), source, midnight, [metric()], {
      results,
      logger,
    });
    expect(outcomes.map(({ status }) => status)).toEqual(['promoted']);
    expect(errors).toEqual(['Could not write the band of the next day']);
  });
});
