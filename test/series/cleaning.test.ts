import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanSamples } from '../../lib/series/cleaning.ts';
import { ColumnLengthError } from '../../lib/series/errors.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { isValid, validateSamples } from '../../lib/series/validation.ts';

const samplesOf = (times: readonly number[], values: readonly number[]): Samples => ({
  timesSeconds: Float64Array.from(times),
  values: Float64Array.from(values),
});

const messy = samplesOf(
  [30, 10, 20, 20, Number.NaN, 40, 50, 99],
  [3, 1, 2, 4, 5, Number.NaN, Number.NEGATIVE_INFINITY, 9],
);

const anySamples = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 30 }),
      fc.oneof(fc.double({ min: -9, max: 9 }), fc.constant(Number.NaN)),
    ),
    {
      maxLength: 40,
    },
  )
  .map((rows) =>
    samplesOf(
      rows.map(([time]) => time),
      rows.map(([, value]) => value),
    ),
  );

describe('validateSamples', () => {
  it('counts what is not finite, twice there, out of order and of the future', () => {
    expect(validateSamples(messy, 60)).toEqual({
      samples: 8,
      nonFinite: 3,
      duplicates: 1,
      disordered: 3,
      future: 1,
    });
  });

  it('finds nothing wrong with an ascending, finite series', () => {
    expect(isValid(validateSamples(samplesOf([1, 2, 3], [4, 5, 6]), 3))).toBe(true);
  });

  it('refuses columns of different length', () => {
    expect(() => validateSamples(samplesOf([1, 2], [1]))).toThrow(ColumnLengthError);
  });
});

describe('cleanSamples', () => {
  it('sorts, drops what is unusable, merges duplicates into their mean and says where each came from', () => {
    const { samples, rows } = cleanSamples(messy, 60);
    expect([...samples.timesSeconds]).toEqual([10, 20, 30]);
    expect([...samples.values]).toEqual([1, 3, 3]);
    expect([...rows]).toEqual([1, 2, 0]);
  });

  it('keeps the future where the present is not given', () => {
    expect([...cleanSamples(messy).samples.timesSeconds]).toEqual([10, 20, 30, 99]);
  });

  it('leaves nothing that validation would complain of', () => {
    fc.assert(fc.property(anySamples, (samples) => isValid(validateSamples(cleanSamples(samples).samples))));
  });

  it('gives the same to the bit for every order of the samples', () => {
    fc.assert(
      fc.property(anySamples, ({ timesSeconds, values }) => {
        const reversed = { timesSeconds: timesSeconds.slice().reverse(), values: values.slice().reverse() };
        expect(cleanSamples(reversed).samples).toEqual(cleanSamples({ timesSeconds, values }).samples);
      }),
    );
  });

  it('changes nothing when it is applied twice', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        const once = cleanSamples(samples).samples;
        expect(cleanSamples(once).samples).toEqual(once);
      }),
    );
  });
});
