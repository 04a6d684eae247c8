import type { AlertChannel } from '../../alerts/alert-channel.ts';
import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import type { ResultSpool } from '../../results/result-spool.ts';
import type { ResultRecord, ResultStore } from '../../results/result-store.ts';
import type { SpooledBatch } from '../../results/spool-bounds.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import { PhaseTimer } from '../../telemetry/phase-timer.ts';
import type { Baselines } from '../watch/baselines.ts';
import { type PendingAlert, pending } from '../watch/pending-alert.ts';
import type { ShardState } from '../watch/shard-state.ts';
import type { WarmStates } from '../watch/warm-states.ts';
import { warmingCount, warmUpSeries } from '../watch/warm-up.ts';
import { leaveSummaries, summarizeAlerts } from './alert-summary.ts';
import { type MetricSeen, metricsAfter } from './metric-health.ts';
import { takeOverMetrics } from './metric-moves.ts';
import { metricStates } from './metric-states.ts';
import { metricsSeen } from './metrics-seen.ts';
import { openIncidents } from './open-incidents.ts';
import { notify } from './outbox.ts';
import { queryMetrics } from './query-metrics.ts';
import type { ResultCopies } from './result-copies.ts';
import { NOTHING_SCORED, type Scored, scoreAnswers, takeIn, together } from './score-answers.ts';
import type { ShardHealthStore } from './shard-health-store.ts';
import type { OpenShard, ShardStateStore } from './shard-state-store.ts';
import type { Tick, TickPhase, TickProgress, TickSummary } from './tick.ts';
import { lagOf, recallSource, type TickEnd, withOversight } from './tick-oversight.ts';
import { recordsOfTick, type TickSituation } from './tick-records.ts';
import { drainSpool, type Written, writeOrSpool } from './write-results.ts';

/** What the tick works with. */
export interface TickPorts {
  readonly source: SeriesSource;
  readonly results: ResultStore;
  /** Where results wait while their store is down. */
  readonly spool: ResultSpool;
  /** Other stores that get the same results; none when left out. */
  readonly copies?: ResultCopies | undefined;
  readonly states: ShardStateStore;
  readonly baselines: Baselines;
  /** States that trainings left for new series; none when left out. */
  readonly warmStates?: WarmStates | undefined;
  readonly alerts: readonly AlertChannel[];
  /** Who is notified of metrics that are silent; nobody when left out. */
  readonly notices?: readonly NoticeChannel[];
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
/** A spooled object that no state names belongs to no tick that is still under way after this long. */
const LEFTOVER_SECONDS = 3600;
const PROMETHEUS_POINTS_PER_QUERY = 11_000;

/**
 * Collect and detect: queries what became due since the watermark, scores it, writes the verdicts, saves the state and
 * then notifies. Each step may be repeated: verdicts written twice are one, the state is saved by compare-and-swap, and an
 * alert that was decided waits in the saved state until it is delivered; a second save then clears it. Verdicts that can't be
 * written wait in the spool, so that alerts wait for no store of results.
 *
 * @throws ObjectConflictError when another tick of the shard was faster: its effects stand, this one's are the same.
 */
export async function collectAndDetect(ports: TickPorts, given: Tick): Promise<TickSummary> {
  // A clock that a program looks at has fractions, which the times of stored points have not.
  const tick = { ...given, timeSeconds: Math.floor(given.timeSeconds) };
  const phases = new PhaseTimer<TickPhase>(ports.elapsedMilliseconds);
  const progress: TickProgress = { phases, lagSeconds: undefined };
  return withOversight(ports, tick, progress, () => run(ports, tick, progress));
}

async function run(ports: TickPorts, tick: Tick, progress: TickProgress): Promise<TickEnd> {
  const { phases } = progress;
  const phase: InPhase = async (name, work) => {
    const outcome = await phases.time(name, work);
    await ports.afterPhase?.(name);
    return outcome;
  };
  // What is not kept in the end is read again by the next tick: a tick that fails leaves nothing half learnt in memory.
  const stored = await phases.time('load', () => ports.states.open(tick.shard));
  const { open, moved } = await phase('load', () => prepare(ports, tick, stored));
  const { state } = open;
  progress.lagSeconds = lagOf(state, tick);
  const { scored, written, seen, records } = await scoreWhatIsDue(ports, tick, open, phase);
  state.outbox = [...state.outbox, ...pending(scored.notifications)];
  state.spool = written.spool;
  const saved = await phase('save', () => ports.states.saveChanges(open));
  progress.lagSeconds = lagOf(state, tick);
  const undelivered = await phase('publish', () =>
    notify(state.outbox, openIncidents(state), ports.alerts, ports.logger),
  );
  // Only what is saved and sent is copied: what a tick that lost would copy is the same.
  ports.copies?.follow(tick, records);
  // Only a save shows whether another container has had the shard since: where metrics failed and nothing was saved, the
  // state is read again.
  const isCertain = saved !== open || scored.faults.length === 0;
  // A store that has just failed is not asked once more.
  const waiting = written.hasFailed ? [] : state.spool;
  const drain = await phase('drain', () => drainSpool(ports, tick.shard, waiting));
  const cleared = await phase('clear', () =>
    clear(ports, { saved, isCertain }, undelivered, drain.drained, tick.timeSeconds),
  );
  if (ports.copies !== undefined && tick.waitsForCopies !== false)
    await phase('copy', async () => ports.copies?.settled());
  const summary: TickSummary = {
    shard: tick.shard,
    timeSeconds: tick.timeSeconds,
    seriesScored: scored.seriesCount,
    seriesWarming: warmingCount(state),
    verdictsWritten: written.spooled > 0 ? 0 : Math.max(0, scored.verdictCount - written.rejected),
    verdictsRejected: written.rejected + drain.rejected,
    recordsSpooled: written.spooled,
    recordsGivenUp: written.givenUp,
    ...(ports.copies && { copies: ports.copies.report() }),
    ticksSpooled: state.spool.length,
    pointsLate: scored.pointsLate,
    alertsDecided: scored.alertCount,
    alertsWaiting: state.outbox.length,
    skippedSeconds: scored.skippedSeconds,
    warnings: scored.warnings,
    faults: scored.faults,
    metricsTakenOver: moved,
    stateSetAside: stored.setAside?.key,
    stateBytes: saved === open ? 0 : cleared.sizeBytes,
    phaseMilliseconds: phases.milliseconds,
  };
  return { summary, seen };
}

type InPhase = <T>(name: TickPhase, work: () => Promise<T>) => Promise<T>;

/**
 * From the queries to the written verdicts. It returns numbers and notifications alone, unless results have copies: answers
 * and verdicts of ten thousand series are tens of megabytes, which the save needs for itself.
 */
async function scoreWhatIsDue(
  ports: TickPorts,
  tick: Tick,
  open: OpenShard,
  phase: InPhase,
): Promise<{
  readonly scored: Omit<Scored, 'records'>;
  readonly written: Written;
  readonly seen: readonly MetricSeen[];
  /** Empty without copies. */
  readonly records: readonly ResultRecord[];
}> {
  const { state } = open;
  await recallSource(ports, tick);
  const answers = await phase('query', () =>
    queryMetrics(ports.source, tick.metrics, state, tick, ports.logger, ports),
  );
  const known = new Set(openIncidents(state).map(({ incidentId }) => incidentId));
  const live = await phase('score', async () => scoreAnswers(ports, tick, state, answers));
  const warmed = await phase('warm-up', () => warmUp(ports, tick, state));
  const { records: verdicts, ...scored } = together([live, warmed]);
  const limit = tick.maximumAlerts ?? Infinity;
  const notifications = summarizeAlerts(state, scored.notifications, known, limit);
  const isIdle = answers.length === 0 && verdicts.length === 0 && open.setAside === undefined;
  // Nothing is written of a tick that had nothing to do, so that an event that comes twice changes nothing.
  const seen = metricsSeen(tick, state, answers, ports.source);
  const records = isIdle
    ? []
    : [...verdicts, ...recordsOfTick(tick, open, scored, await situationOf(ports, tick, state, seen))];
  const written = await phase('write', () => writeOrSpool(ports, tick, state.spool, records));
  const copied = ports.copies === undefined ? [] : records;
  return { scored: { ...scored, notifications }, written, seen, records: copied };
}

/** How things stand before the results are written: how that goes is known only when it is over. */
async function situationOf(
  { health, baselines }: TickPorts,
  tick: Tick,
  state: ShardState,
  seen: readonly MetricSeen[],
): Promise<TickSituation> {
  const { shard, timeSeconds } = tick;
  const before = await health?.before(shard, timeSeconds);
  const modelsValidUntilSeconds = baselines.validUntilSeconds?.();
  return {
    connections: (await health?.soFar(shard, timeSeconds)) ?? [],
    metrics: metricStates(tick, state, metricsAfter(before?.metrics ?? [], seen, timeSeconds)),
    outcomeBefore: before?.outcome,
    lagSeconds: lagOf(state, tick),
    modelAgeSeconds:
      modelsValidUntilSeconds === undefined ? undefined : timeSeconds - modelsValidUntilSeconds,
  };
}

/**
 * Takes what was delivered and what was drained out of the stored state: else every new container would deliver and
 * write it again.
 */
async function clear(
  ports: TickPorts,
  { saved: open, isCertain }: { readonly saved: OpenShard; readonly isCertain: boolean },
  undelivered: readonly PendingAlert[],
  drained: readonly SpooledBatch[],
  timeSeconds: number,
): Promise<OpenShard> {
  open.state.outbox = undelivered;
  open.state.spool = open.state.spool.filter((batch) => !drained.includes(batch));
  try {
    const cleared = await ports.states.saveChanges(open);
    if (isCertain || cleared !== open) ports.states.keep(cleared);
    await ports.spool.remove(drained);
    if (drained.length > 0 && open.state.spool.length === 0)
      await ports.spool.removeLeftovers(open.shard, timeSeconds - LEFTOVER_SECONDS, () =>
        ports.states.spooledBesides(open.shard),
      );
    return cleared;
  } catch (error) {
    // The tick's work is done and saved; the next one repeats this, with the same ids and the same points.
    ports.logger.warn('The outbox could not be cleared; alerts may be sent twice', {
      shard: open.shard,
      error,
    });
    return open;
  }
}

/** @returns the shard with the metrics that moved to it from other shards, and their names. */
async function prepare(ports: TickPorts, tick: Tick, stored: OpenShard) {
  if (stored.setAside !== undefined) {
    ports.logger.error(
      'The stored state can not be read; a copy is set aside and the shard goes on without it',
      {
        shard: tick.shard,
        ...stored.setAside,
      },
    );
  }
  const names = tick.metrics.map(({ name }) => name);
  await ports.baselines.refresh(names, tick.timeSeconds);
  const taken = await takeOverMetrics(ports.states, stored, names);
  leaveSummaries(taken.open.state);
  if (taken.moved.length > 0)
    ports.logger.info('Metrics moved here from other shards', { shard: tick.shard, metrics: taken.moved });
  return taken;
}

async function warmUp(ports: TickPorts, tick: Tick, state: ShardState): Promise<Scored> {
  if (warmingCount(state) === 0) return NOTHING_SCORED;
  const bounds = {
    seriesPerTick: tick.warmUpSeries ?? DEFAULT_WARM_UP_SERIES,
    pointsPerQuery: tick.pointsPerQuery ?? PROMETHEUS_POINTS_PER_QUERY,
    remainingMilliseconds: ports.remainingMilliseconds ?? (() => Infinity),
  };
  for (const metric of tick.metrics) {
    const memory = state.metrics.get(metric.name);
    if (memory !== undefined) await ports.warmStates?.takeOver(metric, memory, tick.timeSeconds);
  }
  return takeIn(ports, state, await warmUpSeries({ ...ports, bounds }, tick.metrics, state));
}
