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
  /** The maximum number; they rotate through kinds and sizes, so that each has about as many. */
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
  const cells = wishes.kinds.flatMap((fault) =>
    faults[fault].sizes.map((_, sizeIndex) => ({ fault, sizeIndex })),
  );
  const injections: Injection[] = [];
  for (let number = 0; number < wishes.count && cells.length > 0; number += 1) {
    const { fault, sizeIndex } = cells[number % cells.length]!;
    const injection = injectionOf(samples, stepSeconds, wishes, fault, sizeIndex, number);
    if (injection !== undefined) injections.push(injection);
  }
  return injections.sort((one, other) => one.firstIndex - other.firstIndex);
}

function injectionOf(
  samples: Samples,
  stepSeconds: number,
  wishes: InjectionPlan,
  name: FaultName,
  sizeIndex: number,
  number: number,
): Injection | undefined {
  const fault: Fault = faults[name];
  const size = fault.sizes[sizeIndex]!;
  const points = Math.max(fault.leastPoints, Math.round(size.durationSeconds / stepSeconds));
  const lastStart = samples.values.length - points - FOUND_AFTER_POINTS;
  const firstStart = Math.max(1, wishes.firstRow);
  if (lastStart < firstStart) return undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const chance = uniformAt(wishes.seed, (number * TRIES + attempt) * DRAWS_PER_TRY);
    const anywhere = firstStart + Math.floor(chance * (lastStart - firstStart + 1));
    const firstIndex =
      fault.placement === 'anywhere' ? anywhere : peakRow(samples, anywhere, size, wishes.profile);
    if (firstIndex < firstStart || firstIndex > lastStart) continue;
    const lastIndex = firstIndex + points - 1;
    if (wishes.incidents.some((real) => real.firstIndex <= lastIndex && real.lastIndex >= firstIndex))
      continue;
    const seed = Math.floor(uniformAt(wishes.seed, number * TRIES * DRAWS_PER_TRY + 1) * 2 ** 32);
    const values = changed(fault, samples, firstIndex, points, size.size, seed, wishes);
    const effect = largestChange(values, samples.values, firstIndex) / wishes.noise;
    // A fault invisible here may be visible elsewhere: at night, for example, there is no peak.
    if (effect < MINIMUM_EFFECT) continue;
    return { fault: name, sizeIndex, firstIndex, lastIndex, values, effect };
  }
  return undefined;
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
