import type { OperationalMeasurements } from '../telemetry/operational-metrics.ts';
import type { TickSummary } from './collect-and-detect.ts';

/** What is worth watching of a tick that came to its end. */
export function measurementsOf(summary: TickSummary): OperationalMeasurements {
  const { phaseMilliseconds: phases } = summary;
  return {
    SeriesScored: summary.seriesScored,
    LoadDuration: phases.load,
    QueryDuration: phases.query,
    ScoreDuration: phases.score,
    WarmUpDuration: phases['warm-up'],
    WriteDuration: phases.write,
    SaveDuration: phases.save,
    PublishDuration: phases.publish,
    ClearDuration: phases.clear,
    PointsLate: trouble(summary.pointsLate),
    PointsRejected: trouble(summary.verdictsRejected),
    MetricFaults: trouble(summary.faults.length),
    StatesSetAside: trouble(summary.stateSetAside === undefined ? 0 : 1),
    CatchUpSkipped: trouble(summary.skippedSeconds),
  };
}

/** A count that is there only when there is trouble. */
function trouble(count: number): number | undefined {
  return count === 0 ? undefined : count;
}
