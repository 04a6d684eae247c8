import { parentPort, workerData } from 'node:worker_threads';
import { prophetBaseline } from '../../../lib/baseline/prophet-baseline.ts';
import type { Detector } from '../../../lib/detector/detector.ts';
import { detectors } from '../../../lib/detector/registry.ts';
import { modelsInUse } from '../../../lib/pipeline/evaluation/nightly-models.ts';
import { faultOf } from '../quality/errors.ts';
import { cachedNightlyFits } from '../quality/fit-cache.ts';
import type { WorkerAnswer } from '../quality/worker-pool.ts';
import { type MeasuredHabit, runFirstDay } from './first-day.ts';
import { habits } from './habits.ts';
import type { HabitJob, HabitWorkerData } from './measure-habits.ts';
import { runHabit, samplesOfHabit } from './run-habit.ts';

const { detectorName, cacheFolder } = workerData as HabitWorkerData;
const detector: Detector<unknown> = detectors[detectorName];

parentPort?.on('message', async (job: HabitJob) => {
  const answer: WorkerAnswer<MeasuredHabit> = await run(job).then(
    (outcome) => ({ outcome }),
    (error: unknown) => ({ fault: faultOf(error) }),
  );
  parentPort?.postMessage(answer);
});

async function run({ name, seed }: HabitJob): Promise<MeasuredHabit> {
  const habit = habits[name]!;
  const samples = samplesOfHabit(habit, seed);
  const { fits } = await cachedNightlyFits(samples, prophetBaseline, cacheFolder);
  const models = modelsInUse(samples.timesSeconds, fits, prophetBaseline);
  const run = runHabit(detector, habit, samples, models, seed);
  return seed === 1 ? { ...run, firstDay: runFirstDay(detector, habit) } : run;
}
