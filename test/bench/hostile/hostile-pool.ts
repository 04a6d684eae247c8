import { Worker } from 'node:worker_threads';
import { BACKGROUNDS } from './healthy-background.ts';
import type { JudgedWorld } from './judge-world.ts';

/** What a worker is asked for. */
export interface WorkerRequest {
  readonly seed: number;
  readonly measuresHeap: boolean;
}

/** What worlds are like. */
export interface WorldOptions {
  readonly ticks: number;
  /** Names of the kinds of faults that are drawn; all when left out. */
  readonly kinds?: readonly string[] | undefined;
}

type WorkerAnswer = JudgedWorld & { readonly heapBytes: number | undefined };

/** What a process keeps after a world is over may not grow: from its first worlds to its last ones by no more than this. */
const MOST_HEAP_GROWTH_BYTES = 24 * 1024 * 1024;
/** Code is compiled and backgrounds are made in the first worlds. */
const WARMING_WORLDS = BACKGROUNDS;

/**
 * Runs worlds on worker threads, since each takes the clocks of its thread. Worlds of one background stay with one
 * worker, which runs the undisturbed world once.
 *
 * @param onWorld called with each world as it is done.
 * @returns the worlds, and how much a worker's heap grew where that is more than it may, in bytes.
 */
export async function runWorlds(
  seeds: readonly number[],
  options: WorldOptions & {
    readonly workers: number;
    /** Whether no further world begins after one with a violation. */
    readonly stopsAtViolation: boolean;
    readonly onWorld: (world: JudgedWorld) => void;
  },
): Promise<{ readonly worlds: JudgedWorld[]; readonly heapGrowthBytes: readonly number[] }> {
  const worlds: JudgedWorld[] = [];
  const heapGrowthBytes: number[] = [];
  const shares = Array.from({ length: options.workers }, (_, index) =>
    seeds.filter((seed) => (seed % BACKGROUNDS) % options.workers === index),
  );
  const work = async (share: readonly number[]) => {
    if (share.length === 0) return;
    const worker = new Worker(new URL('./hostile-worker.ts', import.meta.url), {
      workerData: { ticks: options.ticks, kinds: options.kinds } satisfies WorldOptions,
    });
    try {
      let firstHeap: number | undefined;
      for (const [index, seed] of share.entries()) {
        const isLast = index === share.length - 1;
        const answer = await ask(worker, { seed, measuresHeap: index === WARMING_WORLDS || isLast });
        worlds.push(answer);
        options.onWorld(answer);
        if (options.stopsAtViolation && worlds.some(({ violations }) => violations.length > 0)) return;
        firstHeap ??= answer.heapBytes;
        const growth = (answer.heapBytes ?? 0) - (firstHeap ?? 0);
        if (isLast && growth > MOST_HEAP_GROWTH_BYTES) heapGrowthBytes.push(growth);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(shares.map(work));
  return { worlds: worlds.toSorted((one, other) => one.seed - other.seed), heapGrowthBytes };
}

function ask(worker: Worker, request: WorkerRequest): Promise<WorkerAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.postMessage(request);
  return promise.finally(() => {
    worker.off('message', resolve);
    worker.off('error', reject);
  });
}
