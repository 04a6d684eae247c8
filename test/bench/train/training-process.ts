import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationSchema } from '../../../lib/config/schema.ts';
import { rarity } from '../../../lib/detector/rarity/rarity.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { train } from '../../../lib/pipeline/training/train.ts';
import { WarmStates } from '../../../lib/pipeline/watch/warm-states.ts';
import { LogResultStore } from '../../../lib/results/log-result-store.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
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

/** What a process that trained twice has to tell. */
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
    const { metrics } = configurationSchema.parse({
      source: { kind: 'simulation' },
      metrics: [{ name: 'bench', step: '5m', seriesLimit: 100_000 }],
    });
    const [{ model, detection, seriesLimit }] = metrics as [(typeof metrics)[number]];
    const monitor = { detector: rarity, settings: detection, stepSeconds: 300 };
    const metric = {
      name: 'bench',
      query: 'bench',
      stepSeconds: 300,
      maximumSeries: seriesLimit,
      settings: model,
      monitor,
      watched: {
        name: 'bench',
        query: 'bench',
        monitor,
        delaySeconds: 30,
        maximumCatchUpSeconds: 3600,
        maximumSeries: seriesLimit,
        warmUpSeconds: 14 * DAY_SECONDS,
      },
    };
    const runs: MeasuredRun[] = [];
    for (const [night, name] of ['first models', 'retrained'].entries()) {
      const source = new ManySeries(seriesCount);
      const started = performance.now();
      const usage = process.cpuUsage();
      const { metrics: outcomes } = await train(
        {
          source,
          models,
          results: new LogResultStore(silentLogger),
          logger: silentLogger,
          warmStates: new WarmStates(objects, silentLogger),
          yieldTurn: () => new Promise((resolve) => setImmediate(resolve)),
        },
        {
          timeSeconds: FIRST_NIGHT + night * DAY_SECONDS,
          metrics: [metric],
          concurrency: 1,
          allowSimulated: false,
          libraries: {},
        },
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
