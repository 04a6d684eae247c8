import type { Notice, NoticeChannel } from '../../../lib/alerts/notice-channel.ts';
import { ModelStore } from '../../../lib/models/model-store.ts';
import { failStep } from '../../../lib/pipeline/retrain/fail-step.ts';
import { fitStep, type RetrainSettings } from '../../../lib/pipeline/retrain/fit-step.ts';
import { planRetrain } from '../../../lib/pipeline/retrain/plan-retrain.ts';
import { promoteStep } from '../../../lib/pipeline/retrain/promote-step.ts';
import { reportRetrain } from '../../../lib/pipeline/retrain/report-retrain.ts';
import type { RetrainPorts } from '../../../lib/pipeline/retrain/retrain-ports.ts';
import { RunStore } from '../../../lib/pipeline/runs/run-store.ts';
import type { ModelSettings } from '../../../lib/pipeline/training/trained-metric.ts';
import { normalAt } from '../../../lib/series/seeded-noise.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { silentLogger } from '../../../lib/telemetry/logger.ts';
import type { OperationalMeasurements } from '../../../lib/telemetry/operational-metrics.ts';
import { RecordedResults } from '../tick/recorded-results.ts';
import { DAY, FunctionSource, metric } from '../training/training-run.ts';

/** Records the notices sent. */
class RememberedNotices implements NoticeChannel {
  readonly name = 'remembered';
  readonly sent: Notice[] = [];
  /** Thrown by the next call. */
  failure: Error | undefined;

  async announce(notices: readonly Notice[]): Promise<void> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    this.sent.push(...notices);
  }
}

/** A rhythm of the day with noise, for two hosts. */
export const rhythmAt = (host: string, time: number): number =>
  50 + 10 * Math.cos(((time % DAY) / DAY) * 2 * Math.PI) + normalAt(host.length, Math.floor(time / 300));

export const soundSource = () => new FunctionSource(['a', 'bb'], (_, host, time) => rhythmAt(host, time));

/** A retraining of the metrics `cpu_usage` and `memory` on a store of objects. */
export function retrainWorld(
  objects: ObjectStore,
  changes: Partial<RetrainPorts> = {},
  model: Partial<ModelSettings> = {},
) {
  const short = { historySeconds: 3 * DAY, ...model };
  const settings: RetrainSettings = {
    metrics: [metric(short, 'cpu_usage'), metric(short, 'memory')],
    libraries: {},
    allowSimulated: false,
  };
  const notices = new RememberedNotices();
  const results = new RecordedResults();
  const measured: OperationalMeasurements[] = [];
  const ports: RetrainPorts = {
    source: soundSource(),
    models: new ModelStore(objects),
    results,
    logger: silentLogger,
    yieldTurn: async () => {},
    runs: new RunStore(objects),
    notices: [notices],
    metrics: { record: (measurements) => measured.push(measurements) },
    nowSeconds: () => 0,
    ...changes,
  };
  return { ports, settings, notices, results, measured };
}

/** All steps of a run in the order of the state machine; a metric whose step throws is noted as failed. */
export async function runSteps(
  { ports, settings }: Pick<ReturnType<typeof retrainWorld>, 'ports' | 'settings'>,
  id: string,
  startedAtSeconds: number,
): Promise<void> {
  const enabled = settings.metrics.map(({ name }) => name);
  const { metrics } = await planRetrain(ports.runs, id, startedAtSeconds, enabled);
  for (const name of metrics) {
    try {
      if ((await fitStep(ports, settings, id, name)) === 'candidate')
        await promoteStep(ports, settings, id, name);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await failStep(ports, id, name, JSON.stringify({ errorMessage: String(error) }));
    }
  }
  await reportRetrain(ports, settings, id);
}

/** What a step meets that is ended: nothing after it happens. */
export class ProcessEnded extends Error {
  override readonly name = 'ProcessEnded';
}

/** The store as it is seen by a process that is ended at one of its writes, just before or just after it took place. */
export function endedAtWrite(objects: ObjectStore, write: number, when: 'before' | 'after'): ObjectStore {
  let writes = 0;
  let isEnded = false;
  const living = <Result>(call: () => Promise<Result>) =>
    isEnded ? Promise.reject(new ProcessEnded()) : call();
  return {
    name: objects.name,
    get: (key) => living(() => objects.get(key)),
    list: (prefix) => living(() => objects.list(prefix)),
    delete: (key) => living(() => objects.delete(key)),
    check: () => objects.check(),
    put: (key, bytes, condition) =>
      living(async () => {
        writes += 1;
        isEnded = writes === write;
        if (isEnded && when === 'before') throw new ProcessEnded();
        const etag = await objects.put(key, bytes, condition);
        if (isEnded) throw new ProcessEnded();
        return etag;
      }),
  };
}
