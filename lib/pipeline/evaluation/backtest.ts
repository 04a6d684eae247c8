import { type SeriesMonitor, startSeries } from '../../detector/monitor-series.ts';
import type { AlertEvent } from '../../detector/verdict.ts';
import { replay } from '../../evaluation/replay.ts';
import { cleanSamples } from '../../series/cleaning.ts';
import { type Labels, seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { SeriesModels } from './series-models.ts';

/** A metric's history, and how it would have been watched. */
export interface BacktestRequest {
  readonly monitor: SeriesMonitor<unknown>;
  /** Undefined for a detector by itself. */
  readonly models: SeriesModels | undefined;
  /** From some time before `fromSeconds` on, so that the detector knows the series by then. */
  readonly series: readonly Series[];
  /** What was told before is not listed; Unix seconds. */
  readonly fromSeconds: number;
}

/** One piece of news that would have been told. */
export interface BacktestAlert {
  readonly key: string;
  readonly labels: Labels;
  readonly event: AlertEvent;
}

/**
 * What would have been told of a history, in order of time: the ends of incidents too. Replays through the code of the tick, with
 * the models that are given.
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
