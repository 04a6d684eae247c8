import { collectAndDetect } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import type { TickPhase } from '../../../lib/pipeline/tick/tick.ts';
import { type TickWorld, tickAt, tickPorts, tickTime } from './tick-world.ts';

/** What the process is to do: ticks of which one kills it, without a word, when a phase has ended. */
export interface TickOrders {
  readonly world: TickWorld;
  readonly ticks: readonly number[];
  readonly killedAt?: { readonly tick: number; readonly phase: TickPhase };
}

const { world, ticks, killedAt }: TickOrders = JSON.parse(process.argv[2] ?? '');
let present = 0;
const ports = tickPorts(world, {
  afterPhase: (phase) => {
    if (present === killedAt?.tick && phase === killedAt.phase) process.kill(process.pid, 'SIGKILL');
  },
});
for (const tick of ticks) {
  present = tick;
  await collectAndDetect(ports, tickAt(tickTime(tick)));
}
