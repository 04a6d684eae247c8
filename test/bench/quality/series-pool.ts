import { Worker } from 'node:worker_threads';
import type { DetectorName } from '../../../lib/detector/registry.ts';
import type { CorpusFile } from './corpus.ts';
import type { SeriesRun } from './run-series.ts';
import type { SeriesRows } from './series-csv.ts';
import { runInWorkers, type WorkerAnswer } from './worker-pool.ts';

/** One series to be run. */
export interface SeriesJob {
  readonly file: CorpusFile;
  /** -log10(false alerts per week); the first one is timed. */
  readonly thresholds: readonly number[];
}

/** What became of a job. */
export interface SeriesOutcome extends SeriesRun {
  readonly rows: SeriesRows;
  readonly stepSeconds: number;
  /** Models fitted in this run (the cache's are not counted), and the processor time that took. */
  readonly fits: number;
  readonly fitSeconds: number;
}

export type SeriesAnswer = WorkerAnswer<SeriesOutcome>;

export interface SeriesWorkerData {
  readonly detectorName: DetectorName;
  readonly cacheFolder: string | undefined;
}

export interface PoolOptions extends SeriesWorkerData {
  readonly workers: number;
  /** Called when a job is done. */
  onProgress?(done: number, total: number, name: string): void;
}

/**
 * Runs the jobs on worker threads, the largest files first.
 *
 * @returns one outcome a job, in the jobs' order.
 * @throws the first error of a job; the other threads are ended.
 */
export function runJobs(
  jobs: readonly SeriesJob[],
  { detectorName, cacheFolder, workers, onProgress }: PoolOptions,
): Promise<SeriesOutcome[]> {
  const workerData: SeriesWorkerData = { detectorName, cacheFolder };
  return runInWorkers(jobs, {
    startWorker: () => new Worker(new URL('./series-worker.ts', import.meta.url), { workerData }),
    workers,
    nameOf: ({ file }) => file.name,
    workOf: ({ file }) => file.sizeBytes,
    onProgress,
  });
}
