import { type SeriesMonitor, startSeries } from '../../detector/monitor-series.ts';
import type { AlertEvent } from '../../detector/verdict.ts';
import { replay } from '../../evaluation/replay.ts';
import { cleanSamples } from '../../series/cleaning.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesModels } from './series-models.ts';

/** A metric's history, and how to monitor it. */
export interface BacktestRequest {
  readonly monitor: SeriesMonitor<unknown>;
  /** Undefined to run the detector without models. */
  readonly models: SeriesModels | undefined;
  /** Starts before `fromSeconds`, so that the detector can learn the series. */
  readonly series: readonly Series[];
  /** Earlier alerts are not listed; Unix seconds. */
  readonly fromSeconds: number;
}

/** One alert that would have been sent. */
export interface BacktestAlert {
  readonly key: string;
  readonly labels: Labels;
  readonly event: AlertEvent;
}

/**
 * Replays a history through the code of the tick with the given models. Returns the alerts that would have been sent, in
 * order of time, including the ends of incidents.
 */
export async function backtest(request: BacktestRequest): Promise<BacktestAlert[]> {
  const { monitor, models, series, fromSeconds } = request;
  const alerts: BacktestAlert[] = [];
  for (const { labels, samples: raw } of series) {
    const { samples } = cleanSamples(raw);
    const key = seriesKey(labels);
    const inUse = (await models?.of(key, samples)) ?? [];
    replay(monitor, startSeries(monitor), samples, inUse, {
      firstRow: 0,
      endRow: samples.values.length,
      after: (_, { events }) => {
        for (const event of events)
          if (event.verdict.timeSeconds >= fromSeconds) alerts.push({ key, labels, event });
      },
    });
  }
  return alerts.sort((one, other) => one.event.verdict.timeSeconds - other.event.verdict.timeSeconds);
}
