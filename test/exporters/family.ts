import { Wave } from './wave.ts';

type LabelSet = Readonly<Record<string, string>>;

/** One simulated series of an exporter, without the labels of its target. */
export interface ExposedSeries {
  readonly name: string;
  readonly labels: LabelSet;
  readonly at: (timeSeconds: number) => number;
}

/** The metrics of one name, as an exporter exposes them. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';
  readonly help: string;
  /** @param seed that of the target, so that no two are alike. */
  readonly series: (seed: number) => readonly ExposedSeries[];
}

const ALONE: readonly LabelSet[] = [{}];

function family(
  type: Family['type'],
  name: string,
  help: string,
  labelSets: readonly LabelSet[],
  of: (wave: Wave) => (timeSeconds: number) => number,
  base: number,
): Family {
  return {
    name,
    type,
    help,
    series: (seed) =>
      labelSets.map((labels, index) => {
        const own = seed * 31 + index * 7 + name.length;
        return { name, labels, at: of(new Wave(base * (1 + 0.15 * index), own)) };
      }),
  };
}

/** A gauge around `base`, with the rhythm of a day. */
export function gauge(name: string, help: string, base: number, labelSets = ALONE): Family {
  return family('gauge', name, help, labelSets, (wave) => (time) => wave.at(time), base);
}

/** A counter that rises by about `perSecond`. */
export function counter(name: string, help: string, perSecond: number, labelSets = ALONE): Family {
  return family('counter', name, help, labelSets, (wave) => (time) => wave.sumTo(time), perSecond);
}

/** A gauge that never changes. */
export function constant(name: string, help: string, value: number, labelSets = ALONE): Family {
  return family('gauge', name, help, labelSets, () => () => value, value);
}

/** The same metrics without a type, as some exporters expose them. */
export function untyped(one: Family): Family {
  return { ...one, type: 'untyped' };
}

/** Sum and count of a duration, without buckets. */
export function summary(
  name: string,
  help: string,
  perSecond: number,
  mean: number,
  labelSets = ALONE,
): Family {
  return {
    name,
    type: 'summary',
    help,
    series: (seed) => [
      ...counter(`${name}_sum`, '', perSecond * mean, labelSets).series(seed + 1),
      ...counter(`${name}_count`, '', perSecond, labelSets).series(seed),
    ],
  };
}

/** A histogram whose buckets fill at rates that change a little against each other, so that its quantiles move. */
export function histogram(
  name: string,
  help: string,
  perSecond: number,
  bounds: readonly number[],
  labelSets = ALONE,
): Family {
  return {
    name,
    type: 'histogram',
    help,
    series: (seed) =>
      labelSets.flatMap((labels, index) => {
        const rate = perSecond * (1 + 0.15 * index);
        const traffic = new Wave(rate, seed + index);
        const drift = new Wave(rate * 0.05, seed + index + 11);
        const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, place): ExposedSeries => {
          const share = (place + 1) / (bounds.length + 1);
          return {
            name: `${name}_bucket`,
            labels: { ...labels, le: bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound) },
            at: (time) => share * traffic.sumTo(time) + share * (1 - share) * drift.sumTo(time),
          };
        });
        const middle = bounds[Math.floor(bounds.length / 2)]!;
        return [
          ...buckets,
          { name: `${name}_sum`, labels, at: (time) => middle * (traffic.sumTo(time) + drift.sumTo(time)) },
          { name: `${name}_count`, labels, at: (time) => traffic.sumTo(time) },
        ];
      }),
  };
}
