import { Encoder } from 'cbor-x';
import { forEachConcurrently } from '../../../lib/connections/concurrency.ts';
import { collectAndDetect, type TickPorts } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { ResultRecord } from '../../../lib/results/result-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import {
  STATE_KEY,
  type StageSettings,
  stageMetrics,
  stageObjects,
  stageResults,
  stageSource,
} from './tick-stage.ts';

/** Ticks that warm the process up, the first of which reads the state; then those that count. */
const WARMING_ROUNDS = 4;
const ROUNDS = 9;
const CHECKSUM_BYTES = 16;

/** What a tick of so many series costs; times are medians. */
export interface TickRun {
  readonly series: number;
  readonly tickMilliseconds: number;
  /** The same bytes parsed, encoded and written with no scoring between. */
  readonly floorMilliseconds: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly peakRssMegabytes: number;
  readonly stateBytes: number;
  /** Names of what the last tick measured of itself. */
  readonly measurements: readonly string[];
}

/** Measures in this process, which should do nothing else; the stage must have been prepared. */
export async function measureTick(directory: string, settings: StageSettings): Promise<TickRun> {
  const { seriesCount: series, queryConcurrency, stepSeconds } = settings;
  const metrics = stageMetrics(settings);
  const { source, at } = await stageSource(settings);
  const results = stageResults(directory, settings);
  const objects = stageObjects(directory);
  let written: readonly ResultRecord[] = [];
  let step = 0;
  let measurements: string[] = [];
  const ports: TickPorts = {
    source,
    results: {
      ...results,
      write: (records) => {
        // Kept for the floor; earlier ones would be memory that no function holds.
        if (step === WARMING_ROUNDS + ROUNDS - 1) written = records;
        return results.write(records);
      },
    },
    spool: new ResultSpool(objects, { maximumBytes: 1e9, maximumAgeSeconds: 86_400 }),
    states: new ShardStateStore(objects),
    baselines: noBaselines,
    alerts: [],
    logger: silentLogger,
    metrics: {
      record: (numbers) => {
        measurements = Object.entries(numbers).flatMap(([name, value]) =>
          value === undefined ? [] : [name],
        );
      },
    },
    elapsedMilliseconds: () => performance.now(),
  };
  const ticks: { readonly total: number; readonly phases: Readonly<Record<string, number>> }[] = [];
  for (; step < WARMING_ROUNDS + ROUNDS; step += 1) {
    const timeSeconds = at(step + 1);
    const begun = performance.now();
    const summary = await collectAndDetect(ports, {
      shard: 0,
      timeSeconds,
      metrics,
      queryConcurrency,
    });
    const total = performance.now() - begun;
    if (summary.verdictsWritten !== series)
      throw new Error(
        `${summary.verdictsWritten} verdicts for ${series} series: ${summary.faults[0]?.reason}`,
      );
    if (step >= WARMING_ROUNDS) ticks.push({ total, phases: summary.phaseMilliseconds });
  }
  const peakRssMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);

  const found = (await objects.get(STATE_KEY))!;
  const stored = found.bytes;
  let { etag } = found;
  const cbor = new Encoder({ useRecords: true, mapsAsObjects: true, tagUint8Array: true });
  const plain: unknown = cbor.decode(stored.subarray(CHECKSUM_BYTES));
  const floors: number[] = [];
  for (let round = 0; round < WARMING_ROUNDS + ROUNDS; round += 1) {
    const timeSeconds = at(step + round);
    const begun = performance.now();
    await forEachConcurrently(metrics, queryConcurrency, async ({ query }) => {
      await source.queryRange({
        query,
        startSeconds: timeSeconds,
        endSeconds: timeSeconds,
        stepSeconds,
      });
    });
    await results.write(written);
    etag = await objects.put(STATE_KEY, cbor.encode(plain), { kind: 'unchanged-since', etag });
    if (round >= WARMING_ROUNDS) floors.push(performance.now() - begun);
  }

  const names = Object.keys(ticks[0]?.phases ?? {});
  return {
    series,
    tickMilliseconds: median(ticks.map(({ total }) => total)),
    floorMilliseconds: median(floors),
    phases: Object.fromEntries(names.map((name) => [name, median(ticks.map(({ phases }) => phases[name]!))])),
    peakRssMegabytes,
    stateBytes: stored.length,
    measurements,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)]! * 10) / 10;
}
