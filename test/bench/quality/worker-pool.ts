import type { Worker } from 'node:worker_threads';
import { type Fault, SeriesError } from './errors.ts';

/** What a worker answers to a job. */
export type WorkerAnswer<Outcome> = { readonly outcome: Outcome } | { readonly fault: Fault };

/** Where jobs run. */
export interface WorkerPool<Job> {
  /** Begins one thread. */
  startWorker(): Worker;
  readonly workers: number;
  nameOf(job: Job): string;
  /** Jobs of more work begin first, so that no thread is left with a long one at the end. */
  workOf(job: Job): number;
  /** Called when a job is done. */
  onProgress?: ((done: number, total: number, name: string) => void) | undefined;
}

/**
 * Runs jobs on worker threads.
 *
 * @returns one outcome a job, in the jobs' order: the number of workers changes nothing but the time.
 * @throws the first error of a job; the other threads are ended.
 */
export async function runInWorkers<Job, Outcome>(
  jobs: readonly Job[],
  pool: WorkerPool<Job>,
): Promise<Outcome[]> {
  const queue = [...jobs.entries()].sort(([, a], [, b]) => pool.workOf(a) - pool.workOf(b));
  const outcomes = new Array<Outcome>(jobs.length);
  let done = 0;
  const workers = Array.from({ length: Math.max(1, Math.min(pool.workers, jobs.length)) }, () =>
    pool.startWorker(),
  );
  const work = async (worker: Worker) => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [index, job] = next;
      outcomes[index] = await ask<Job, Outcome>(worker, job, pool.nameOf(job));
      done += 1;
      pool.onProgress?.(done, jobs.length, pool.nameOf(job));
    }
  };
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes;
}

function ask<Job, Outcome>(worker: Worker, job: Job, name: string): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const onMessage = (answer: WorkerAnswer<Outcome>) => {
    if ('fault' in answer) reject(new SeriesError(name, answer.fault));
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
