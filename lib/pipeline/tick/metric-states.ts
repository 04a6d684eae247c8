import type { MetricStateRecord } from '../../results/result-store.ts';
import type { ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import type { MetricHealth } from './metric-health.ts';
import type { Tick } from './tick.ts';

type TickOfMetrics = Pick<Tick, 'shard' | 'timeSeconds' | 'metrics'>;

/**
 * The state of each metric of a tick as records: what an overview of all metrics shows.
 *
 * @param state after the tick.
 * @param health of the metrics after the tick.
 */
export function metricStates(
  tick: TickOfMetrics,
  state: ShardState,
  health: readonly MetricHealth[],
): MetricStateRecord[] {
  const byMetric = new Map(health.map((one) => [one.metric, one]));
  return tick.metrics.flatMap((metric) => {
    const one = byMetric.get(metric.name);
    return one === undefined ? [] : [metricState(tick, metric, state, one)];
  });
}

function metricState(
  { shard, timeSeconds }: TickOfMetrics,
  { name, unit, monitor }: WatchedMetric,
  state: ShardState,
  health: MetricHealth,
): MetricStateRecord {
  const { falseAlertsPerWeek } = monitor.settings;
  const memory = state.metrics.get(name);
  const series = [...(memory?.series.values() ?? [])];
  const watermarkSeconds = memory?.watermarkSeconds ?? 0;
  return {
    measurement: 'metric_state',
    metric: name,
    shard,
    timeSeconds,
    state: health.state,
    reason: health.reason === '' ? undefined : health.reason,
    unit,
    fields: {
      series: series.length,
      seriesWarming: series.filter(({ warmUp }) => warmUp !== undefined).length,
      incidentsOpen: series.filter((one) => one.state.policy.isOpen).length,
      ...(watermarkSeconds > 0 && { lagSeconds: timeSeconds - watermarkSeconds }),
      secondsWithoutSample: timeSeconds - health.lastScoredSeconds,
      isSilent: health.state === 'silent' ? 1 : 0,
      threshold: -Math.log10(falseAlertsPerWeek),
      allowedAlertsPerWeek: falseAlertsPerWeek * series.length,
      stepSeconds: monitor.stepSeconds,
    },
  };
}
