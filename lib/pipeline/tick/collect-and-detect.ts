import type { AlertChannel } from '../../alerts/alert-channel.ts';
import { ResultsRejectedError } from '../../results/errors.ts';
import type { ResultRecord, ResultStore } from '../../results/result-store.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import { PhaseTimer } from '../../telemetry/phase-timer.ts';
import type { Baselines } from '../watch/baselines.ts';
import type { PendingAlert } from '../watch/pending-alert.ts';
import type { WarmStates } from '../watch/warm-states.ts';
import { warmingCount, warmUpSeries } from '../watch/warm-up.ts';
import { knownBefore, leaveSummaries, summarizeAlerts } from './alert-summary.ts';
import { takeOverMetrics } from './metric-moves.ts';
import { openIncidents } from './open-incidents.ts';
import { notify } from './outbox.ts';
import { queryMetrics } from './query-metrics.ts';
import { type Scored, scoreAnswers, takeIn } from './score-answers.ts';
import type { ShardHealthStore } from './shard-health-store.ts';
import type { OpenShard, ShardStateStore } from './shard-state-store.ts';
import type { Tick, TickPhase, TickProgress, TickSummary } from './tick.ts';
import { lagOf, withOversight } from './tick-oversight.ts';
import { recordsOfTick } from './tick-records.ts';

/** What the tick works with. */
export interface TickPorts {
  readonly source: SeriesSource;
  readonly results: ResultStore;
  readonly states: ShardStateStore;
  readonly baselines: Baselines;
  /** States that trainings left for new series; none when left out. */
  readonly warmStates?: WarmStates | undefined;
  readonly alerts: readonly AlertChannel[];
  readonly logger: Logger;
  /** What the tick measures of itself goes there; nowhere when left out. */
  readonly metrics?: OperationalMetrics;
  /** How the connections are over the ticks is kept there; nowhere when left out. */
  readonly health?: ShardHealthStore | undefined;
  /** Milliseconds of a clock that only moves forward, to time the phases. */
  readonly elapsedMilliseconds: () => number;
  /** Milliseconds that are left of the invocation; without end when left out. */
  readonly remainingMilliseconds?: () => number;
  /** Called when a phase has ended and the next one has not begun: what a fault there does can be tried out. */
  readonly afterPhase?: (phase: TickPhase) => void | Promise<void>;
}

const DEFAULT_WARM_UP_SERIES = 200;
const PROMETHEUS_POINTS_PER_QUERY = 11_000;

/**
 * Collect and detect: queries what became due since the watermark, scores it, writes the verdicts, saves the state and
 * then tells the alerts. Each step may be repeated: verdicts written twice are one, the state is saved by
 * compare-and-swap, and an alert that was decided waits in the saved state until it is told; a second save then clears it.
 *
 * @throws ResultsUnavailableError when the results can't be written: nothing is saved, the next tick scores the same.
 * @throws ObjectConflictError when another tick of the shard was faster: its effects stand, this one's are the same.
 */
export async function collectAndDetect(ports: TickPorts, given: Tick): Promise<TickSummary> {
  // A clock that a program looks at has fractions, which the times of stored points have not.
  const tick = { ...given, timeSeconds: Math.floor(given.timeSeconds) };
  const phases = new PhaseTimer<TickPhase>(ports.elapsedMilliseconds);
  const progress: TickProgress = { phases, lagSeconds: undefined };
  return withOversight(ports, tick, progress, () => run(ports, tick, progress));
}

async function run(ports: TickPorts, tick: Tick, progress: TickProgress): Promise<TickSummary> {
  const { phases } = progress;
  const phase: InPhase = async (name, work) => {
    const outcome = await phases.time(name, work);
    await ports.afterPhase?.(name);
    return outcome;
  };
  // What is not kept in the end is read anew by the next tick: a tick that fails leaves nothing half learnt in memory.
  const open = await phases.time('load', () => ports.states.open(tick.shard));
  const metricsTakenOver = await phase('load', () => prepare(ports, tick, open));
  const { state } = open;
  progress.lagSeconds = lagOf(state, tick);
  const scored = await scoreWhatIsDue(ports, tick, open, phase);
  const isSaved = open.isDirty;
  await phase('save', async () => {
    if (isSaved) await ports.states.save(open);
  });
  progress.lagSeconds = lagOf(state, tick);
  const waiting = await phase('publish', () =>
    notify(state.outbox, openIncidents(state), ports.alerts, ports.logger),
  );
  await phase('clear', () => clear(ports, open, waiting));
  return {
    shard: tick.shard,
    timeSeconds: tick.timeSeconds,
    seriesScored: scored.seriesCount,
    seriesWarming: warmingCount(state),
    verdictsWritten: scored.verdictCount - scored.rejected,
    verdictsRejected: scored.rejected,
    pointsLate: scored.pointsLate,
    alertsDecided: scored.alertCount,
    alertsWaiting: state.outbox.length,
    skippedSeconds: scored.skippedSeconds,
    warnings: scored.warnings,
    faults: scored.faults,
    metricsTakenOver,
    stateSetAside: open.setAside?.key,
    stateBytes: isSaved ? open.sizeBytes : 0,
    phaseMilliseconds: phases.milliseconds,
  };
}

type InPhase = <T>(name: TickPhase, work: () => Promise<T>) => Promise<T>;

/**
 * From the queries to the written verdicts. It gives back numbers alone: answers and verdicts of ten thousand series are
 * tens of megabytes, which the save needs for itself.
 */
async function scoreWhatIsDue(
  ports: TickPorts,
  tick: Tick,
  open: OpenShard,
  phase: InPhase,
): Promise<Omit<Scored, 'records'> & { readonly rejected: number }> {
  const answers = await phase('query', () =>
    queryMetrics(ports.source, tick.metrics, open.state, tick, ports.logger),
  );
  const before = knownBefore(open.state);
  const scored = await phase('score', async () => scoreAnswers(ports, tick, open, answers));
  await phase('warm-up', () => warmUp(ports, tick, open, scored));
  summarizeAlerts(open.state, before, tick.maximumAlerts ?? Infinity);
  const isIdle = answers.length === 0 && scored.records.length === 0 && open.setAside === undefined;
  // Nothing is written of a tick that had nothing to do, so that an event that comes twice changes nothing.
  const connections = isIdle ? [] : ((await ports.health?.soFar(tick.shard, tick.timeSeconds)) ?? []);
  const records = isIdle ? [] : [...scored.records, ...recordsOfTick(tick, open, scored, connections)];
  const rejected = await phase('write', () => write(ports, records));
  const { records: _, ...numbers } = scored;
  return { ...numbers, rejected };
}

/** Takes what was told out of the stored outbox too: else every new container would tell it again. */
async function clear(ports: TickPorts, open: OpenShard, waiting: PendingAlert[]): Promise<void> {
  const isChanged =
    JSON.stringify(waiting.map(deliveredTo)) !== JSON.stringify(open.state.outbox.map(deliveredTo));
  open.state.outbox = waiting;
  try {
    if (isChanged) await ports.states.save(open);
    ports.states.keep(open);
  } catch (error) {
    // The tick's work is done and saved; the next one tells again, with the same ids.
    ports.logger.warn('The outbox could not be cleared; alerts may be told twice', {
      shard: open.shard,
      error,
    });
  }
}

function deliveredTo({ alert, deliveredTo: names }: PendingAlert): readonly unknown[] {
  return [alert.id, names];
}

async function prepare(ports: TickPorts, tick: Tick, open: OpenShard): Promise<string[]> {
  if (open.setAside !== undefined) {
    ports.logger.error('The stored state can not be read; a copy is set aside and the shard begins anew', {
      shard: tick.shard,
      ...open.setAside,
    });
  }
  const names = tick.metrics.map(({ name }) => name);
  await ports.baselines.refresh(names, tick.timeSeconds);
  const moved = await takeOverMetrics(ports.states, open, names);
  if (leaveSummaries(open.state)) open.isDirty = true;
  if (moved.length > 0)
    ports.logger.info('Metrics moved here from other shards', { shard: tick.shard, metrics: moved });
  return moved;
}

async function warmUp(ports: TickPorts, tick: Tick, open: OpenShard, scored: Scored): Promise<void> {
  if (warmingCount(open.state) === 0) return;
  const bounds = {
    seriesPerTick: tick.warmUpSeries ?? DEFAULT_WARM_UP_SERIES,
    pointsPerQuery: tick.pointsPerQuery ?? PROMETHEUS_POINTS_PER_QUERY,
    remainingMilliseconds: ports.remainingMilliseconds ?? (() => Infinity),
  };
  for (const metric of tick.metrics) {
    const memory = open.state.metrics.get(metric.name);
    if (memory !== undefined) await ports.warmStates?.takeOver(metric, memory, tick.timeSeconds);
  }
  const outcome = await warmUpSeries({ ...ports, bounds }, tick.metrics, open.state);
  open.isDirty = true;
  takeIn(ports, open.state, scored, outcome);
}

/** @returns how many records the store refused for what they are: they would be refused for ever, so the tick goes on. */
async function write(ports: TickPorts, records: readonly ResultRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  try {
    await ports.results.write(records);
    return 0;
  } catch (error) {
    if (!(error instanceof ResultsRejectedError)) throw error;
    ports.logger.error('The result store refused points', { rejected: error.rejectedCount, error });
    return error.rejectedCount;
  }
}
