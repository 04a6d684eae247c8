import { parentPort, workerData } from 'node:worker_threads';
import { heapBytes } from './heap.ts';
import type { WorkerRequest, WorldOptions } from './hostile-pool.ts';
import { WorldJudge } from './judge-world.ts';

const { ticks, kinds } = workerData as WorldOptions;
const judge = new WorldJudge(ticks, kinds);

parentPort?.on('message', async ({ seed, measuresHeap }: WorkerRequest) => {
  const judged = await judge.judge(seed);
  parentPort?.postMessage({ ...judged, heapBytes: measuresHeap ? heapBytes() : undefined });
});
