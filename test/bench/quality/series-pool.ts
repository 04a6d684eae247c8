import { Worker } from 'node:worker_threads';
import type { DetectorName } from '../../../lib/detector/registry.ts';
import type { CorpusFile } from './corpus.ts';
import { type Fault, SeriesError } from './errors.ts';
import type { SeriesRun } from './run-series.ts';
import type { SeriesRows } from './series-csv.ts';

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

export type SeriesAnswer = { readonly outcome: SeriesOutcome } | { readonly fault: Fault };

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
 * Runs the jobs on worker threads, the largest files first, so that no thread is left with a long one at the end.
 *
 * @returns one outcome a job, in the jobs' order: the number of workers changes nothing but the time.
 * @throws the first error of a job; the other threads are ended.
 */
export async function runJobs(jobs: readonly SeriesJob[], options: PoolOptions): Promise<SeriesOutcome[]> {
  const queue = [...jobs.entries()].sort(([, a], [, b]) => a.file.sizeBytes - b.file.sizeBytes);
  const outcomes = new Array<SeriesOutcome>(jobs.length);
  let done = 0;
  const workers = Array.from({ length: Math.max(1, Math.min(options.workers, jobs.length)) }, () =>
    startWorker(options),
  );
  const work = async (worker: Worker) => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [index, job] = next;
      outcomes[index] = await ask(worker, job);
      done += 1;
      options.onProgress?.(done, jobs.length, job.file.name);
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

function startWorker({ detectorName, cacheFolder }: PoolOptions): Worker {
  const workerData: SeriesWorkerData = { detectorName, cacheFolder };
  return new Worker(new URL('./series-worker.ts', import.meta.url), { workerData });
}

function ask(worker: Worker, job: SeriesJob): Promise<SeriesOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<SeriesOutcome>();
  const onMessage = (answer: SeriesAnswer) => {
    if ('fault' in answer) reject(new SeriesError(job.file.name, answer.fault));
    else resolve(answer.outcome);
  };
  worker.once('message', onMessage);
  worker.once('error', reject);
  worker.postMessage(job);
  return promise.finally(() => {
    worker.off('message', onMessage);
    worker.off('error', reject);
  });
}
