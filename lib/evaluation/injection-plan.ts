import type { Samples } from '../series/samples.ts';
import { uniformAt } from '../series/seeded-noise.ts';
import type { DayProfile } from './day-profile.ts';
import { FOUND_AFTER_POINTS } from './event-scores.ts';
import type { Fault, FaultSize } from './faults/fault.ts';
import { type FaultName, faults } from './faults/registry.ts';
import type { Incident } from './incidents.ts';

const DAY_SECONDS = 86_400;
/** A change smaller than the series' own noise would not be visible. */
const MINIMUM_EFFECT = 1;
/** How many places are tried for one injection. */
const TRIES = 20;
/** Keeps the seeds of neighbouring tries apart. */
const DRAWS_PER_TRY = 2;

/** One fault at one place of a real history. */
export interface Injection extends Incident {
  readonly fault: FaultName;
  /** 0 small, 1 medium, 2 large. */
  readonly sizeIndex: number;
  /** The values observed with the fault; by row less `firstIndex`, NaN for no sample. */
  readonly values: Float64Array;
  /** The largest change of a value, in units of the series' own noise; NaN when the samples are missing. */
  readonly effect: number;
}

/** The faults to inject, and where they may be. */
export interface InjectionPlan {
  readonly kinds: readonly FaultName[];
  /** The maximum number; they rotate through kinds and sizes, so that each has about as many. The sizes of a kind share their places. */
  readonly count: number;
  readonly seed: number;
  /** Nothing is injected before this row. */
  readonly firstRow: number;
  /** See noise-scale.ts. */
  readonly noise: number;
  readonly profile: DayProfile;
  /** Values outside are impossible: injected values are clipped to it. */
  readonly domain: { readonly minimum?: number | undefined; readonly maximum?: number | undefined };
  /** Real incidents, which no fault may overlap. */
  readonly incidents: readonly Incident[];
}

/**
 * Plans faults at seeded places of a history. Each is evaluated separately, so they may overlap. Faults
 * without a visible effect (an outage of a series at zero, the missing peak of a series without a daily
 * rhythm) are skipped.
 *
 * @param samples finite and ascending.
 * @returns in order of their first row.
 */
export function planInjections(samples: Samples, stepSeconds: number, wishes: InjectionPlan): Injection[] {
  const sizes = wishes.kinds.flatMap((fault, kindIndex) =>
    faults[fault].sizes.map((_, sizeIndex) => ({ fault, kindIndex, sizeIndex })),
  );
  const injections: Injection[] = [];
  const places = new Map<number, readonly Injection[]>();
  for (let number = 0; number < wishes.count && sizes.length > 0; number += 1) {
    const { fault, kindIndex, sizeIndex } = sizes[number % sizes.length]!;
    const place = Math.floor(number / sizes.length) * wishes.kinds.length + kindIndex;
    let atPlace = places.get(place);
    if (atPlace === undefined) {
      atPlace = injectionsOf(samples, stepSeconds, wishes, fault, place);
      places.set(place, atPlace);
    }
    const injection = atPlace[sizeIndex];
    if (injection !== undefined) injections.push(injection);
  }
  return injections.sort((one, other) => one.firstIndex - other.firstIndex);
}

/**
 * One fault in all its sizes at one place: were each size at a place of its own, the recall of a larger fault could be lower because its
 * places are harder.
 *
 * @returns by size; none where no place was found.
 */
function injectionsOf(
  samples: Samples,
  stepSeconds: number,
  wishes: InjectionPlan,
  name: FaultName,
  place: number,
): readonly Injection[] {
  const fault: Fault = faults[name];
  const lengths = fault.sizes.map(({ durationSeconds }) =>
    Math.max(fault.leastPoints, Math.round(durationSeconds / stepSeconds)),
  );
  const lastStart = samples.values.length - Math.max(...lengths) - FOUND_AFTER_POINTS;
  const firstStart = Math.max(1, wishes.firstRow);
  if (lastStart < firstStart) return [];
  const seed = Math.floor(uniformAt(wishes.seed, place * TRIES * DRAWS_PER_TRY + 1) * 2 ** 32);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const chance = uniformAt(wishes.seed, (place * TRIES + attempt) * DRAWS_PER_TRY);
    const anywhere = firstStart + Math.floor(chance * (lastStart - firstStart + 1));
    const firstIndex =
      fault.placement === 'anywhere' ? anywhere : peakRow(samples, anywhere, fault.sizes[0], wishes.profile);
    if (firstIndex < firstStart || firstIndex > lastStart) continue;
    const lastIndex = firstIndex + Math.max(...lengths) - 1;
    if (wishes.incidents.some((real) => real.firstIndex <= lastIndex && real.lastIndex >= firstIndex))
      continue;
    const injections = fault.sizes.map(({ size }, sizeIndex): Injection => {
      const points = lengths[sizeIndex]!;
      const values = changed(fault, samples, firstIndex, points, size, seed, wishes);
      const effect = largestChange(values, samples.values, firstIndex) / wishes.noise;
      return { fault: name, sizeIndex, firstIndex, lastIndex: firstIndex + points - 1, values, effect };
    });
    // A fault invisible here may be visible elsewhere: at night, for example, there is no peak.
    if (!injections.some(({ effect }) => effect < MINIMUM_EFFECT)) return injections;
  }
  return [];
}

/**
 * The row at which the usual busy hours of the same UTC day begin; negative when they began before the first
 * row.
 */
function peakRow({ timesSeconds }: Samples, row: number, size: FaultSize, profile: DayProfile): number {
  const midnight = Math.floor(timesSeconds[row]! / DAY_SECONDS) * DAY_SECONDS;
  const startSeconds = midnight + profile.peakStartSeconds(size.durationSeconds);
  if (startSeconds < timesSeconds[0]!) return -1;
  let found = row;
  while (found > 0 && timesSeconds[found - 1]! >= startSeconds) found -= 1;
  while (found < timesSeconds.length && timesSeconds[found]! < startSeconds) found += 1;
  return found;
}

function changed(
  fault: Fault,
  samples: Samples,
  firstIndex: number,
  points: number,
  size: number,
  seed: number,
  { noise, profile, domain }: InjectionPlan,
): Float64Array {
  const timesSeconds = samples.timesSeconds.subarray(firstIndex, firstIndex + points);
  const values = fault.inject({
    timesSeconds,
    values: samples.values.subarray(firstIndex, firstIndex + points),
    previous: samples.values[firstIndex - 1]!,
    noise,
    peakHeights: timesSeconds.map((time) => profile.peakHeightAt(time)),
    size,
    seed,
  });
  const minimum = domain.minimum ?? -Infinity;
  const maximum = domain.maximum ?? Infinity;
  return values.map((value) => Math.max(minimum, Math.min(maximum, value)));
}

/** NaN when samples are missing. */
function largestChange(changedValues: Float64Array, values: Float64Array, firstIndex: number): number {
  return changedValues.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - values[firstIndex + index]!)),
    0,
  );
}
