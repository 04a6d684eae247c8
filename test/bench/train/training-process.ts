import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { runRetrain } from '../../../lib/pipeline/retrain/run-retrain.ts';
import { RunStore } from '../../../lib/pipeline/runs/run-store.ts';
import { trainedMetric } from '../../../lib/pipeline/training/trained-metric.ts';
import { WarmStates } from '../../../lib/pipeline/watch/warm-states.ts';
import { LogResultStore } from '../../../lib/results/log-result-store.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import { MemoryObjectStore } from '../../../lib/storage/memory-object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import { silentMetrics } from '../../../lib/telemetry/operational-metrics.ts';
import { ManySeries } from './many-series.ts';

const DAY_SECONDS = 86_400;
/** Monday 2 March 2026. */
const FIRST_NIGHT = Date.UTC(2026, 2, 2) / 1000;

/** One training run of all series. */
export interface MeasuredRun {
  readonly name: string;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly promoted: number;
}

/** What a process that trained twice reports. */
export interface MeasuredTraining {
  readonly runs: readonly MeasuredRun[];
  readonly peakRssMegabytes: number;
}

/** Trains for two nights in a row: the first one leaves warm states, the second one is held against the first one's models. */
async function measure(seriesCount: number): Promise<MeasuredTraining> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-train-'));
  try {
    const objects = new FilesystemObjectStore(directory);
    const models = new ModelStore(objects);
    const configuration = configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'bench', step: '5m', seriesLimit: 100_000 }],
    });
    const metric = trainedMetric(configuration)(configuration.metrics[0]!);
    const runs: MeasuredRun[] = [];
    for (const [night, name] of ['first models', 'retrained'].entries()) {
      const source = new ManySeries(seriesCount);
      const started = performance.now();
      const usage = process.cpuUsage();
      const timeSeconds = FIRST_NIGHT + night * DAY_SECONDS;
      const outcomes = await runRetrain(
        {
          source,
          models,
          runs: new RunStore(new MemoryObjectStore()),
          results: new LogResultStore(silentLogger),
          notices: [],
          metrics: silentMetrics,
          nowSeconds: () => timeSeconds,
          logger: silentLogger,
          warmStates: new WarmStates(objects, silentLogger),
          yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
        },
        { metrics: [metric], allowSimulated: false, libraries: {} },
        { id: name, timeSeconds, metrics: undefined, concurrency: 1 },
      );
      const used = process.cpuUsage(usage);
      const series = outcomes[0]?.series ?? [];
      if (series.length !== seriesCount)
        throw new Error(outcomes[0]?.reason ?? 'Not all series were trained');
      runs.push({
        name,
        seconds: (performance.now() - started - source.milliseconds) / 1000,
        processorSeconds: (used.user + used.system) / 1e6 - source.milliseconds / 1000,
        promoted: series.filter(({ decision }) => decision.outcome === 'promoted').length,
      });
    }
    return { runs, peakRssMegabytes: Math.round(process.resourceUsage().maxRSS / 1024) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

process.stdout.write(JSON.stringify(await measure(Number(process.argv[2]))));
