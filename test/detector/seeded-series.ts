import type { Sample } from '../../lib/series/samples.ts';
import { normalAt, uniformAt } from '../../lib/series/seeded-noise.ts';

/** A value for each seed and index: the kinds of series that metrics come in. */
const SHAPES = {
  constant: () => 42,
  'constant zero': () => 0,
  'zero or one': (seed, index) => (uniformAt(seed, index) < 0.3 ? 1 : 0),
  counts: (seed, index) => Math.floor(-3 * Math.log(1 - uniformAt(seed, index))),
  'sparse counts': (seed, index) =>
    uniformAt(seed, index) < 0.02 ? Math.ceil(9 * uniformAt(seed + 1, index)) : 0,
  noise: (seed, index) => 100 + normalAt(seed, index),
  'heavy tails': (seed, index) => (1 - uniformAt(seed, index)) ** (-1 / 1.2),
  'random sign, heavy tails': (seed, index) => Math.tan(Math.PI * (uniformAt(seed, index) - 0.5)),
  'daily rhythm': (seed, index) =>
    50 + 20 * Math.sin((2 * Math.PI * index) / 288) + 2 * normalAt(seed, index),
  'growing steadily': (seed, index) => index + normalAt(seed, index),
  'growing exponentially': (seed, index) => 1.01 ** index * (1 + 0.01 * normalAt(seed, index)),
  tiny: (seed, index) => 1e-12 * normalAt(seed, index),
  huge: (seed, index) => 1e12 * (5 + normalAt(seed, index)),
  'small on a huge level': (seed, index) => 1e12 + normalAt(seed, index),
  'absurd outliers': (seed, index) =>
    uniformAt(seed, index) < 0.01 ? 10 ** (300 * uniformAt(seed + 2, index)) : normalAt(seed + 1, index),
} as const satisfies Record<string, (seed: number, index: number) => number>;

export type Shape = keyof typeof SHAPES;
export const SHAPE_NAMES = Object.keys(SHAPES) as Shape[];

export const STEP_SECONDS = 300;
/** A Monday, 00:00 UTC. */
export const START_SECONDS = 1_699_833_600;

/** An orderly series: one sample a step. */
export function samplesOf(shape: Shape, seed: number, count: number, stepSeconds = STEP_SECONDS): Sample[] {
  return Array.from({ length: count }, (_, index) => ({
    timeSeconds: START_SECONDS + index * stepSeconds,
    value: SHAPES[shape](seed, index),
  }));
}

/** The same as a bad day delivers it: runs of NaN and infinities, gaps, duplicates, samples out of order. */
export function disturbed(samples: readonly Sample[], seed: number): Sample[] {
  return samples.flatMap((sample, index): Sample[] => {
    const block = Math.floor(index / 15);
    const fate = uniformAt(seed ^ 0x2545f491, block);
    if (fate < 0.08) return [{ ...sample, value: [Number.NaN, Infinity, -Infinity][block % 3]! }];
    if (fate < 0.16) return [];
    if (fate < 0.24) return [sample, { ...sample, value: sample.value + 1 }];
    if (fate < 0.32) return [sample, samples[Math.max(0, index - 7)]!];
    return [sample];
  });
}
