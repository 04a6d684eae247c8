import { Encoder } from 'cbor-x';
import type { Detector } from '../../lib/detector/detector.ts';
import {
  monitorSample,
  type Observation,
  type SeriesMonitor,
  type SeriesState,
  startSeries,
} from '../../lib/detector/monitor-series.ts';
import { decodeSeries, encodeSeries } from '../../lib/detector/series-codec.ts';
import { type DetectionSettings, defaultDetectionSettings } from '../../lib/detector/settings.ts';
import type { Baseline } from '../../lib/series/band.ts';
import type { Sample } from '../../lib/series/samples.ts';
import { STEP_SECONDS } from './seeded-series.ts';

const cbor = new Encoder({ useRecords: true, structuredClone: false });

/** A monitor at the balanced settings, but for those given. */
export function monitorOf(
  detector: Detector<unknown>,
  settings: Partial<DetectionSettings> = {},
  stepSeconds = STEP_SECONDS,
): SeriesMonitor<unknown> {
  return { detector, settings: { ...defaultDetectionSettings, ...settings }, stepSeconds };
}

/** A model that knows a daily rhythm of amplitude 20 around 50, and is a little sure of itself. */
export function dailyBaseline(timeSeconds: number): Baseline {
  const seasonal = 20 * Math.sin((2 * Math.PI * timeSeconds) / 86_400);
  return { expected: 50 + seasonal, lower: 40 + seasonal, upper: 60 + seasonal, seasonal };
}

/** Feeds samples, with the daily baseline unless another is given. */
export function feed(
  monitor: SeriesMonitor<unknown>,
  state: SeriesState<unknown>,
  samples: readonly Sample[],
  baselineAt: (timeSeconds: number) => Baseline | undefined = dailyBaseline,
): Observation[] {
  return samples.map((sample) => monitorSample(monitor, state, sample, baselineAt(sample.timeSeconds)));
}

/** All observations of a series from its first sample on. */
export function observe(
  monitor: SeriesMonitor<unknown>,
  samples: readonly Sample[],
  baselineAt?: (timeSeconds: number) => Baseline | undefined,
): Observation[] {
  return feed(monitor, startSeries(monitor), samples, baselineAt);
}

/** Notifications of incidents, without their ends. */
export function alertsOf(observations: readonly Observation[]): { kind: string; timeSeconds: number }[] {
  return observations.flatMap(({ events }) =>
    events
      .filter(({ kind }) => kind !== 'resolved')
      .map(({ kind, verdict }) => ({ kind, timeSeconds: verdict.timeSeconds })),
  );
}

/** The state as the store keeps it. */
export function storedBytes(
  monitor: SeriesMonitor<unknown>,
  states: readonly SeriesState<unknown>[],
): Uint8Array {
  return cbor.encode(encodeSeries(monitor.detector, states));
}

/** The state after a night in the store. */
export function restored(monitor: SeriesMonitor<unknown>, state: SeriesState<unknown>): SeriesState<unknown> {
  const [back] = decodeSeries(monitor.detector, cbor.decode(storedBytes(monitor, [state])));
  return back!;
}
