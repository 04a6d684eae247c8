import { seriesKey } from '../../../../lib/series/labels.ts';
import type { Background } from '../healthy-background.ts';

/** Which series a point of the result store is of. */
export interface PointOfSeries {
  readonly measurement: 'verdict' | 'alert';
  readonly metric: string;
  readonly key: string;
  readonly instance: string;
  readonly timeSeconds: number;
}

/** @param name measurement, tags and time of a point. @returns undefined for a point that is of no series. */
export function pointOfSeries(name: string): PointOfSeries | undefined {
  const found =
    /^(verdict|alert),metric=([^,]+),instance=([^, ]+)(?:,pod=([^, ]+))?(?:,kind=[^ ]+)? (\d+)$/.exec(name);
  if (found === null) return undefined;
  const [, measurement, metric = '', instance = '', pod, time] = found;
  const key = seriesKey(pod === undefined ? { instance } : { instance, pod });
  return {
    measurement: measurement as 'verdict' | 'alert',
    metric,
    key,
    instance,
    timeSeconds: Number(time),
  };
}

/** What the series had at this time, as the source would write it. */
export function trueValue(
  { metrics }: Background,
  { metric, instance, timeSeconds }: Pick<PointOfSeries, 'metric' | 'instance' | 'timeSeconds'>,
): string | undefined {
  const series = metrics.find(({ name }) => name === metric)?.series ?? [];
  return series.find(({ labels }) => labels.instance === instance)?.valueAt(timeSeconds);
}

/** A time in a sentence. */
export function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
