import type { ConnectionHealth } from '../../connections/connection-health.ts';
import type { HealthRecord, TickRecord } from '../../results/result-store.ts';
import { warmingCount } from '../watch/warm-up.ts';
import type { Scored } from './score-answers.ts';
import type { OpenShard } from './shard-state-store.ts';

/** Which tick a record is of. */
interface TickOfShard {
  readonly shard: number;
  readonly timeSeconds: number;
}

/** What a tick has scored, but for the records. */
type Counts = Omit<Scored, 'records'>;

/** What a tick says of itself, besides its verdicts. */
export function recordsOfTick(
  tick: TickOfShard,
  open: OpenShard,
  scored: Counts,
  connections: readonly ConnectionHealth[],
): (TickRecord | HealthRecord)[] {
  return [tickRecord(tick, open, scored), ...connections.map((connection) => healthRecord(tick, connection))];
}

/** Only what a repetition would find as well, so that writing it twice changes nothing. */
function tickRecord({ shard, timeSeconds }: TickOfShard, open: OpenShard, scored: Counts): TickRecord {
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
