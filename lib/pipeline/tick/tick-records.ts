import type { ConnectionHealth } from '../../connections/connection-health.ts';
import type {
  HealthRecord,
  MetricStateRecord,
  TickOutcomeRecord,
  TickRecord,
} from '../../results/result-store.ts';
import { warmingCount } from '../watch/warm-up.ts';
import type { Scored } from './score-answers.ts';
import type { OpenShard } from './shard-state-store.ts';
import type { TickSummary } from './tick.ts';

/** Which tick a record is of. */
interface TickOfShard {
  readonly shard: number;
  readonly timeSeconds: number;
}

/** What a tick has scored, but for the records. */
type Counts = Omit<Scored, 'records'>;

/** How things stand around a tick when its records are written. */
export interface TickSituation {
  readonly connections: readonly ConnectionHealth[];
  readonly metrics: readonly MetricStateRecord[];
  /** How the tick before went; undefined where this process knows of none. */
  readonly outcomeBefore: TickOutcomeRecord | undefined;
  /** Undefined before the first sample was scored. */
  readonly lagSeconds: number | undefined;
  /** Of the oldest model in use; undefined without models. */
  readonly modelAgeSeconds: number | undefined;
}

/** What a tick says of itself, besides its verdicts. */
export function recordsOfTick(
  tick: TickOfShard,
  open: OpenShard,
  scored: Counts,
  situation: TickSituation,
): (TickRecord | TickOutcomeRecord | MetricStateRecord | HealthRecord)[] {
  const { connections, metrics, outcomeBefore } = situation;
  return [
    tickRecord(tick, open, scored, situation),
    ...metrics,
    ...(outcomeBefore === undefined ? [] : [outcomeBefore]),
    ...connections.map((connection) => healthRecord(tick, connection)),
  ];
}

/** What is known of a tick once it is over; {@link recordsOfTick} of the next tick writes it. */
export function tickOutcome(summary: TickSummary): TickOutcomeRecord {
  const { shard, timeSeconds, phaseMilliseconds } = summary;
  const phases = Object.entries(phaseMilliseconds).map(([phase, milliseconds]) => [
    `${phase === 'warm-up' ? 'warmUp' : phase}Milliseconds`,
    milliseconds,
  ]);
  return {
    measurement: 'tick_outcome',
    shard,
    timeSeconds,
    fields: {
      ...Object.fromEntries(phases),
      verdictsRejected: summary.verdictsRejected,
      recordsSpooled: summary.recordsSpooled,
      recordsGivenUp: summary.recordsGivenUp,
      ticksSpooled: summary.ticksSpooled,
      alertsWaiting: summary.alertsWaiting,
      stateBytes: summary.stateBytes,
    },
  };
}

/** Only what a repetition would find as well, so that writing it twice changes nothing. */
function tickRecord(
  { shard, timeSeconds }: TickOfShard,
  open: OpenShard,
  scored: Counts,
  { lagSeconds, modelAgeSeconds }: TickSituation,
): TickRecord {
  return {
    measurement: 'tick',
    shard,
    timeSeconds,
    fields: {
      seriesScored: scored.seriesCount,
      seriesWarming: warmingCount(open.state),
      verdictsWritten: scored.verdictCount,
      alertsDecided: scored.alertCount,
      pointsLate: scored.pointsLate,
      faults: scored.faults.length,
      warnings: scored.warnings.length,
      skippedSeconds: scored.skippedSeconds,
      statesSetAside: open.setAside === undefined ? 0 : 1,
      ...(lagSeconds !== undefined && { lagSeconds }),
      ...(modelAgeSeconds !== undefined && { modelAgeSeconds }),
    },
  };
}

/**
 * Health stands apart from the tick's record, since a repetition of the tick may find another one. That of the result
 * store is what the tick before left: how this write goes is known only when it is over.
 */
function healthRecord(
  { shard, timeSeconds }: TickOfShard,
  { role, service, state, sinceSeconds, trouble }: ConnectionHealth,
): HealthRecord {
  return {
    measurement: 'health',
    shard,
    timeSeconds,
    role,
    service,
    state,
    sinceSeconds,
    ticks: trouble?.ticks ?? 0,
    troubles: trouble?.troubles ?? 0,
    reason: trouble?.reason,
  };
}
