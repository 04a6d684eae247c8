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

/** Where a tag's value ends: at the first comma or blank that is not escaped. */
const VALUE = String.raw`(?:\\.|[^\\, ])+`;
const POINT = new RegExp(
  `^(verdict|alert),metric=([^,]+),series=${VALUE},instance=([^, ]+)(?:,pod=([^, ]+))?(?:,kind=[^ ]+)? (\\d+)$`,
);

/**
 * @param name measurement, tags and time of a point.
 * @returns undefined for a point that is of no series.
 * @throws Error for a verdict or alert whose name can't be read: no invariant would see it.
 */
export function pointOfSeries(name: string): PointOfSeries | undefined {
  const found = POINT.exec(name);
  if (found === null) {
    if (/^(?:verdict|alert),/.test(name) && name.includes('instance='))
      throw new Error(`No series is read from ${name}`);
    return undefined;
  }
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
