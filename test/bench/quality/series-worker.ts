import { parentPort, workerData } from 'node:worker_threads';
import { prophetBaseline } from '../../../lib/baseline/prophet-baseline.ts';
import type { Detector } from '../../../lib/detector/detector.ts';
import { detectors } from '../../../lib/detector/registry.ts';
import { modelsInUse } from '../../../lib/pipeline/evaluation/nightly-models.ts';
import { readSeries } from './corpus.ts';
import { cpuSeconds } from './cpu-time.ts';
import { faultOf } from './errors.ts';
import { cachedNightlyFits } from './fit-cache.ts';
import { runSeries, stepOf } from './run-series.ts';
import type { SeriesAnswer, SeriesJob, SeriesWorkerData } from './series-pool.ts';

const { detectorName, cacheFolder } = workerData as SeriesWorkerData;
const detector: Detector<unknown> = detectors[detectorName];

parentPort?.on('message', async (job: SeriesJob) => {
  const answer: SeriesAnswer = await detect(job).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ fault: faultOf(error) }),
  );
  parentPort?.postMessage(answer);
});

async function detect({ file, thresholds }: SeriesJob) {
  const rows = readSeries(file);
  const startedSeconds = cpuSeconds();
  const { fits, isCached } = await cachedNightlyFits(rows, prophetBaseline, cacheFolder);
  const fitSeconds = cpuSeconds() - startedSeconds;
  const models = modelsInUse(rows.timesSeconds, fits, prophetBaseline);
  const stepSeconds = stepOf(rows.timesSeconds);
  return {
    rows,
    stepSeconds,
    fits: isCached ? 0 : fits.length,
    fitSeconds,
    ...runSeries(detector, rows, stepSeconds, models, thresholds),
  };
}
