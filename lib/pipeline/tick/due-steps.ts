import type { WatchedMetric } from '../watch/watched-metric.ts';

/** When steps of metrics become due: a step is due once its samples have had the metric's delay to arrive. */
export type Pace = Pick<WatchedMetric, 'delaySeconds'> & {
  readonly monitor: Pick<WatchedMetric['monitor'], 'stepSeconds'>;
};

/** The first moment after `timeSeconds` at which a step of any metric becomes due; Infinity without metrics. */
export function nextDueSeconds(metrics: readonly Pace[], timeSeconds: number): number {
  return metrics.reduce((first, metric) => {
    const { stepSeconds } = metric.monitor;
    const due = newestDueSeconds(metric, timeSeconds) + stepSeconds;
    return Math.min(first, due);
  }, Infinity);
}

/** The last moment up to `timeSeconds` at which a step of any metric became due; -Infinity without metrics. */
export function lastDueSeconds(metrics: readonly Pace[], timeSeconds: number): number {
  return metrics.reduce((last, metric) => Math.max(last, newestDueSeconds(metric, timeSeconds)), -Infinity);
}

function newestDueSeconds({ monitor: { stepSeconds }, delaySeconds }: Pace, timeSeconds: number): number {
  // Ticks are for whole seconds.
  const delay = Math.ceil(delaySeconds);
  return Math.floor((timeSeconds - delay) / stepSeconds) * stepSeconds + delay;
}
