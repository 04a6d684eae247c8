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

  it.each([
    ['a value that is not finite', samplesOf([1, 2], [4, Number.NaN])],
    ['a time that is not finite', samplesOf([1, Infinity], [4, 5])],
    ['two samples of one time', samplesOf([1, 1], [4, 5])],
    ['an earlier sample behind a later one', samplesOf([2, 1], [4, 5])],
    ['a sample of the future', samplesOf([1, 4], [4, 5])],
  ])('finds %s, and nothing else beside it', (_, samples) => {
    const report = validateSamples(samples, 3);
    const { nonFinite, duplicates, disordered, future } = report;
    expect(nonFinite + duplicates + disordered + future).toBe(1);
    expect(isValid(report)).toBe(false);
  });

  it('takes any time for the past where the present is not given', () => {
    expect(validateSamples(samplesOf([1, 1e12], [4, 5]))).toMatchObject({ future: 0 });
  });

  it.each([validateSamples, cleanSamples])('is refused, as by %o, columns of different length', (take) => {
    const error = new ColumnLengthError(2, 1);
    expect(() => take(samplesOf([1, 2], [1]))).toThrow(error);
    expect(error).toMatchObject({
      name: 'ColumnLengthError',
      message: expect.stringContaining('2 times but 1 values'),
    });
  });
});

describe('cleanSamples', () => {
  it('sorts, drops what is unusable, merges duplicates into their mean and says where each came from', () => {
    const { samples, rows } = cleanSamples(messy, 60);
    expect([...samples.timesSeconds]).toEqual([10, 20, 30]);
    expect([...samples.values]).toEqual([1, 3, 3]);
    expect([...rows]).toEqual([1, 2, 0]);
  });

  it('keeps a sample of this very moment', () => {
    expect([...cleanSamples(samplesOf([59, 60, 61], [1, 2, 3]), 60).samples.timesSeconds]).toEqual([59, 60]);
  });

  it('says of samples that were in order where each came from, duplicates too', () => {
    const { samples, rows } = cleanSamples(samplesOf([1, 2, 2, 3], [4, 5, 7, Number.NaN]));
    expect([...samples.values]).toEqual([4, 6]);
    expect([...rows]).toEqual([0, 1]);
  });

  it('names the first of duplicates that are equal', () => {
    expect([...cleanSamples(samplesOf([2, 1, 1], [9, 5, 5])).rows]).toEqual([1, 0]);
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
